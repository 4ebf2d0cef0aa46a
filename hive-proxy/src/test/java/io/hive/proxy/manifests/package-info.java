/**
 * Holds the manifests in the folder k8s against the Kubernetes API, the contract and the settings.
 */
package io.hive.proxy.manifests;
