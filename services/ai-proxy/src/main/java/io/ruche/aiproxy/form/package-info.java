/** Forms with a file: read as they pass, bounded, and where those wait that have to. */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.form;
