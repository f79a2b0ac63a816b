package main

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// references is what objects say of others that are not there.
func (m manifests) references(secretKeys []string) []string {
	var problems []string
	say := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }

	for _, service := range m.services {
		var behind []workload
		for _, w := range m.workloads {
			if selects(&metav1.LabelSelector{MatchLabels: service.Spec.Selector}, w.pod.Labels) {
				behind = append(behind, w)
			}
		}
		if len(behind) != 1 {
			say("Service %s: %d workloads are behind it", service.Name, len(behind))
			continue
		}
		for _, port := range service.Spec.Ports {
			if name := port.TargetPort.StrVal; name != "" && behind[0].port(name) == 0 {
				say("Service %s: its port %s leads to %s, which there is not", service.Name, port.Name, name)
			}
		}
	}
	for _, budget := range m.budgets {
		if !m.anySelected(budget.Spec.Selector) {
			say("PodDisruptionBudget %s: selects no pods", budget.Name)
		}
	}
	for _, policy := range m.policies {
		if !m.anySelected(&policy.Spec.PodSelector) {
			say("NetworkPolicy %s: selects no pods", policy.Name)
		}
	}
	for _, scaler := range m.scalers {
		if !m.has(scaler.Spec.ScaleTargetRef.Kind, scaler.Spec.ScaleTargetRef.Name) {
			say("HorizontalPodAutoscaler %s: its target is not there", scaler.Name)
		}
	}
	for _, foreign := range m.foreign {
		kind, _, _ := unstructured.NestedString(foreign.Object, "spec", "scaleTargetRef", "kind")
		name, _, _ := unstructured.NestedString(foreign.Object, "spec", "scaleTargetRef", "name")
		if name != "" && !m.has(kind, name) {
			say("%s %s: its target is not there", foreign.GetKind(), foreign.GetName())
		}
	}
	for _, ingress := range m.ingresses {
		for _, rule := range ingress.Spec.Rules {
			for _, path := range rule.HTTP.Paths {
				if !m.offers(path.Backend.Service.Name, path.Backend.Service.Port.Name) {
					say("Ingress %s: %s is behind no Service with that port", ingress.Name, rule.Host)
				}
			}
		}
	}
	for _, w := range m.workloads {
		for _, volume := range w.pod.Spec.Volumes {
			for _, missing := range m.missing(volume, secretKeys) {
				say("%s %s: volume %s: %s", w.kind, w.name, volume.Name, missing)
			}
		}
		for _, container := range w.pod.Spec.Containers {
			for _, from := range container.EnvFrom {
				if from.ConfigMapRef != nil {
					if _, there := m.configMaps[from.ConfigMapRef.Name]; !there {
						say("%s %s: there is no ConfigMap %s", w.kind, w.name, from.ConfigMapRef.Name)
					}
				}
			}
		}
	}
	return problems
}

func (m manifests) anySelected(selector *metav1.LabelSelector) bool {
	return slices.ContainsFunc(m.workloads, func(w workload) bool { return selects(selector, w.pod.Labels) })
}

func (m manifests) has(kind, name string) bool {
	return slices.ContainsFunc(m.workloads, func(w workload) bool { return w.kind == kind && w.name == name })
}

func (m manifests) offers(service, port string) bool {
	return slices.ContainsFunc(m.services, func(s corev1.Service) bool {
		return s.Name == service && slices.ContainsFunc(s.Spec.Ports, func(p corev1.ServicePort) bool { return p.Name == port })
	})
}

func (m manifests) missing(volume corev1.Volume, secretKeys []string) []string {
	var missing []string
	configMap := func(name string, items []corev1.KeyToPath) {
		held, there := m.configMaps[name]
		if !there {
			missing = append(missing, "there is no ConfigMap "+name)
		}
		for _, item := range items {
			if _, has := held.Data[item.Key]; there && !has {
				missing = append(missing, "ConfigMap "+name+" has no "+item.Key)
			}
		}
	}
	if volume.ConfigMap != nil {
		configMap(volume.ConfigMap.Name, volume.ConfigMap.Items)
	}
	if volume.Projected != nil {
		for _, source := range volume.Projected.Sources {
			if source.ConfigMap != nil {
				configMap(source.ConfigMap.Name, source.ConfigMap.Items)
			}
		}
	}
	if claim := volume.PersistentVolumeClaim; claim != nil && !m.claims[claim.ClaimName] {
		missing = append(missing, "there is no claim "+claim.ClaimName)
	}
	if secret := volume.Secret; secret != nil && secret.SecretName == "ruche-secrets" {
		for _, item := range secret.Items {
			if !slices.Contains(secretKeys, item.Key) {
				missing = append(missing, "./ruche secrets makes no "+item.Key)
			}
		}
	}
	return missing
}
