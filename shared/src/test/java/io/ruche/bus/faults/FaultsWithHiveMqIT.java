package io.ruche.bus.faults;

/** With the broker that standalone embeds. */
class FaultsWithHiveMqIT implements KillScenarios, InputScenarios {

  @Override
  public BrokerKind broker() {
    return BrokerKind.HIVEMQ;
  }
}
