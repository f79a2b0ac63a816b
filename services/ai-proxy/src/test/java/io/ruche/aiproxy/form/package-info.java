/** Tests of forms that are read as they pass. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.form;
