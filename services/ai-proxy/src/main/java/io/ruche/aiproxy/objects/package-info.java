/**
 * Files and batches that a provider keeps: whose they are, so that tenants who share an account
 * there see their own only, and how they are asked for.
 */
@org.jspecify.annotations.NullMarked
package io.ruche.aiproxy.objects;
