package io.ruche.bus.faults;

class FaultsWithMosquittoIT implements KillScenarios, InputScenarios, RedisScenarios {

  @Override
  public BrokerKind broker() {
    return BrokerKind.MOSQUITTO;
  }
}
