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
 * <p>For single values and lists of them (separated by commas), at any depth of nested records, but
 * not inside a map or a list, where one name would mean several settings.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Variable {

  /** The name, of {@code A-Z}, {@code 0-9} and {@code _}, not ending in {@code _FILE}. */
  String value();
}
