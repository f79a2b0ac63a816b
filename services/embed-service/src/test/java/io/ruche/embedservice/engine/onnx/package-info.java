/** Tests of models in this process. */
@org.jspecify.annotations.NullMarked
package io.ruche.embedservice.engine.onnx;
