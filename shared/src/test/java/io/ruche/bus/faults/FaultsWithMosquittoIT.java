package io.ruche.bus.faults;

import io.ruche.testing.NeedsMosquitto;

@NeedsMosquitto
class FaultsWithMosquittoIT implements KillScenarios, InputScenarios, RedisScenarios {

  @Override
  public BrokerKind broker() {
    return BrokerKind.MOSQUITTO;
  }
}
