/**
 * What a key and its tenant may use: requests and tokens a minute and a day, requests at the same
 * time, money a day and a month. Reserved before a request, settled after it.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.limits;
