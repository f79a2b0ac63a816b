/**
 * Where settings come from: YAML files and environment variables, read into plain trees and texts.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.config.source;
