package main

import (
	"fmt"
	"net/netip"
	"slices"

	networkingv1 "k8s.io/api/networking/v1"
)

// Places beside the workloads, by the labels of their namespaces and an address.
var outside = []struct {
	name      string
	namespace map[string]string
	address   string
	ports     []int32
}{
	{"traefik", map[string]string{"kubernetes.io/metadata.name": "traefik"}, "10.42.0.9", nil},
	{"monitoring", map[string]string{"kubernetes.io/metadata.name": "monitoring"}, "10.42.0.10", nil},
	{"elsewhere", map[string]string{"kubernetes.io/metadata.name": "elsewhere"}, "10.42.0.11", nil},
	{"internet", nil, "203.0.113.7", []int32{80, 443, 8443}},
	{"metadata", nil, "169.254.169.254", []int32{80, 443}},
	{"managed", nil, "10.20.0.5", []int32{22, 443, 5432, 6334, 6379, 8883}},
}

// reachability is every way that the policies leave open, "from to:port", sorted.
func (m manifests) reachability() []string {
	var ways []string
	for _, to := range m.workloads {
		for _, port := range ports(to) {
			for _, from := range m.workloads {
				if from.name != to.name &&
					m.passes(networkingv1.PolicyTypeEgress, from, peer{labels: to.pod.Labels, ours: true}, port, to) &&
					m.passes(networkingv1.PolicyTypeIngress, to, peer{labels: from.pod.Labels, ours: true}, port, to) {
					ways = append(ways, fmt.Sprintf("%s %s:%d", from.name, to.name, port))
				}
			}
			for _, from := range outside {
				if m.passes(networkingv1.PolicyTypeIngress, to, peer{namespace: from.namespace, address: from.address}, port, to) {
					ways = append(ways, fmt.Sprintf("%s %s:%d", from.name, to.name, port))
				}
			}
		}
	}
	for _, from := range m.workloads {
		for _, to := range outside {
			for _, port := range to.ports {
				if m.passes(networkingv1.PolicyTypeEgress, from, peer{namespace: to.namespace, address: to.address}, port, workload{}) {
					ways = append(ways, fmt.Sprintf("%s %s:%d", from.name, to.name, port))
				}
			}
		}
	}
	slices.Sort(ways)
	return slices.Compact(ways)
}

func ports(w workload) []int32 {
	var all []int32
	for _, container := range w.pod.Spec.Containers {
		for _, port := range container.Ports {
			all = append(all, port.ContainerPort)
		}
	}
	return all
}

// peer is the other end: a pod of ours by its labels, or a pod or address elsewhere.
type peer struct {
	labels, namespace map[string]string
	address           string
	ours              bool
}

// passes is whether the policies of one direction let it through: where none selects the pod, everything does.
func (m manifests) passes(direction networkingv1.PolicyType, pod workload, other peer, port int32, to workload) bool {
	selected := false
	for _, policy := range m.policies {
		if !selects(&policy.Spec.PodSelector, pod.pod.Labels) || !slices.Contains(policy.Spec.PolicyTypes, direction) {
			continue
		}
		selected = true
		if direction == networkingv1.PolicyTypeIngress {
			for _, rule := range policy.Spec.Ingress {
				if allowed(rule.From, rule.Ports, other, port, to) {
					return true
				}
			}
		} else {
			for _, rule := range policy.Spec.Egress {
				if allowed(rule.To, rule.Ports, other, port, to) {
					return true
				}
			}
		}
	}
	return !selected
}

func allowed(peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort, other peer, port int32, to workload) bool {
	peerFits := len(peers) == 0 || slices.ContainsFunc(peers, func(p networkingv1.NetworkPolicyPeer) bool { return fits(p, other) })
	portFits := len(ports) == 0 || slices.ContainsFunc(ports, func(p networkingv1.NetworkPolicyPort) bool {
		return p.Port == nil || p.Port.StrVal == "" && p.Port.IntVal == port || p.Port.StrVal != "" && to.port(p.Port.StrVal) == port
	})
	return peerFits && portFits
}

func fits(p networkingv1.NetworkPolicyPeer, other peer) bool {
	if p.IPBlock != nil {
		return !other.ours && other.namespace == nil && inside(p.IPBlock.CIDR, other.address) &&
			!slices.ContainsFunc(p.IPBlock.Except, func(except string) bool { return inside(except, other.address) })
	}
	if p.NamespaceSelector != nil {
		namespace := other.namespace
		if other.ours {
			namespace = map[string]string{"kubernetes.io/metadata.name": "ruche"}
		}
		return selects(p.NamespaceSelector, namespace) && namespace != nil && (p.PodSelector == nil || selects(p.PodSelector, other.labels))
	}
	return other.ours && selects(p.PodSelector, other.labels)
}

func inside(cidr, address string) bool {
	prefix, err := netip.ParsePrefix(cidr)
	return err == nil && prefix.Contains(netip.MustParseAddr(address))
}
