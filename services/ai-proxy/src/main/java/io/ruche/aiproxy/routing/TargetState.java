package io.ruche.aiproxy.routing;

import io.ruche.aiproxy.routing.circuit.Circuit;
import io.ruche.aiproxy.routing.quota.Quota;

/** How one model at one provider fares; shared by all that send to it. */
public record TargetState(Circuit circuit, Quota quota) {}
