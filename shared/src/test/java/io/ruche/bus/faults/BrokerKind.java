package io.ruche.bus.faults;

import io.ruche.testing.BrokerProcess;
import io.ruche.testing.HiveMqProcess;
import io.ruche.testing.MosquittoProcess;
import java.io.IOException;
import java.time.Duration;

/** The brokers that the suite runs with. */
enum BrokerKind {
  MOSQUITTO {
    @Override
    BrokerProcess start(boolean mortal) throws IOException {
      return mortal ? MosquittoProcess.start() : MosquittoProcess.startForgetful();
    }

    @Override
    Duration recovery() {
      return Rig.NEW_WORK;
    }
  },
  HIVEMQ {
    @Override
    BrokerProcess start(boolean mortal) throws IOException {
      return HiveMqProcess.start();
    }

    @Override
    Duration recovery() {
      return Rig.NEW_WORK_ALONE;
    }
  };

  /**
   * Starts one.
   *
   * @param mortal whether it is to be killed, and must have everything on disk
   */
  abstract BrokerProcess start(boolean mortal) throws IOException;

  /** How soon new work flows after its kill: HiveMQ CE is a part of the standalone process. */
  abstract Duration recovery();
}
