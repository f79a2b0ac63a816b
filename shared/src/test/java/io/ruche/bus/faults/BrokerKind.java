package io.ruche.bus.faults;

import io.ruche.testing.BrokerProcess;
import io.ruche.testing.HiveMqProcess;
import io.ruche.testing.MosquittoProcess;
import java.io.IOException;

/** The brokers that the suite runs with. */
enum BrokerKind {
  MOSQUITTO {
    @Override
    BrokerProcess start(boolean mortal) throws IOException {
      return mortal ? MosquittoProcess.start() : MosquittoProcess.startForgetful();
    }
  },
  HIVEMQ {
    @Override
    BrokerProcess start(boolean mortal) throws IOException {
      return HiveMqProcess.start();
    }
  };

  /**
   * Starts one.
   *
   * @param mortal whether it is to be killed, and must have everything on disk
   */
  abstract BrokerProcess start(boolean mortal) throws IOException;
}
