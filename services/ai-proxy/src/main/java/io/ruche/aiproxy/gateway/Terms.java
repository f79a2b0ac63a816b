package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.guard.GuardRules;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.PriceList;

/**
 * What a request is dealt with by: the settings of the moment in which it comes.
 *
 * @param reservedOutput tokens that are reserved for an answer when the request names no most
 * @param guard what requests are checked against, beside the access of their keys
 */
public record Terms(Catalog catalog, PriceList prices, long reservedOutput, GuardRules guard) {}
