/** Models that run in this process, by ONNX Runtime. */
@NullMarked
package io.ruche.embedservice.engine.onnx;

import org.jspecify.annotations.NullMarked;
