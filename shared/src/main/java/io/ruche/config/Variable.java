package io.ruche.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The environment variable that wins over a setting's YAML value; the same name ending in {@code
 * _FILE} names a file with the value.
 *
 * <p>For single values and lists of them (separated by commas), at any depth of nested records.
 * Inside a list there is none, because one name would mean several settings; inside a map it has
 * {@code {NAME}} in it, which stands for the map's key in capitals with {@code _} for {@code -}:
 * {@code {NAME}_API_KEY} is {@code OPEN_ROUTER_API_KEY} under the key {@code open-router}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Variable {

  /**
   * The name, of {@code A-Z}, {@code 0-9} and {@code _}, not ending in {@code _FILE}; inside a map
   * with {@code {NAME}}.
   */
  String value();
}
