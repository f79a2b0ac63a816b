/** The API with which admins make, limit and revoke the keys of their tenant. */
@org.jspecify.annotations.NullMarked
package io.ruche.auth.admin;
