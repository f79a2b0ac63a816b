/**
 * Finds personal data in UTF-8 text: scanners over bytes that look at each byte a bounded number of
 * times, whatever the text is. Plain Java.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.guard.find;
