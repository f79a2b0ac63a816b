/**
 * The embedded stores: two Redis, PostgreSQL, S3 and the MQTT broker, each started only where no
 * URL is given, with their data below one folder.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.standalone.stores;
