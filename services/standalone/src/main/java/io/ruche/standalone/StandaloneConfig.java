package io.ruche.standalone;

import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.config.Variable;
import io.ruche.standalone.stores.StorePorts;
import java.nio.file.Path;

/** The standalone mode: {@code standalone.yaml}. */
public record StandaloneConfig(
    @Description("The folder of everything that the embedded stores keep.")
        @Variable("RUCHE_DATA")
        @Default("data")
        Path data,
    @Description("Ports of the embedded stores, all on 127.0.0.1.") Ports ports) {

  /** Ports of the embedded stores. */
  public record Ports(
      @Description("The MQTT broker.") @Variable("RUCHE_MQTT_PORT") @Default("11883") int mqtt,
      @Description("The Redis of the bus.") @Variable("RUCHE_REDIS_PORT") @Default("16379")
          int redis,
      @Description("The Redis of limits.") @Variable("RUCHE_HOT_REDIS_PORT") @Default("16380")
          int hotRedis,
      @Description("PostgreSQL.") @Variable("RUCHE_POSTGRES_PORT") @Default("15432") int postgres,
      @Description("S3.") @Variable("RUCHE_S3_PORT") @Default("19000") int s3) {

    public Ports {
      new StorePorts(mqtt, redis, hotRedis, postgres, s3);
    }

    StorePorts stores() {
      return new StorePorts(mqtt, redis, hotRedis, postgres, s3);
    }
  }
}
