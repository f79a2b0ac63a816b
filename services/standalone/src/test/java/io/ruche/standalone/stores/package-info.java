@org.jspecify.annotations.NullMarked
package io.ruche.standalone.stores;
