package main

import (
	"bufio"
	"fmt"
	"io"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// workload is what makes pods.
type workload struct {
	kind, name string
	pod        corev1.PodTemplateSpec
	claims     []corev1.PersistentVolumeClaim
	selector   *metav1.LabelSelector
}

type manifests struct {
	objects    int
	foreign    []unstructured.Unstructured
	workloads  []workload
	services   []corev1.Service
	budgets    []policyv1.PodDisruptionBudget
	policies   []networkingv1.NetworkPolicy
	scalers    []autoscalingv2.HorizontalPodAutoscaler
	ingresses  []networkingv1.Ingress
	configMaps map[string]corev1.ConfigMap
	claims     map[string]bool
}

// read decodes every document; what a type does not know is a problem.
func read(in io.Reader) (manifests, []string) {
	found := manifests{configMaps: map[string]corev1.ConfigMap{}, claims: map[string]bool{}}
	var problems []string
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, policyv1.AddToScheme,
		networkingv1.AddToScheme, autoscalingv2.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return found, []string{err.Error()}
		}
	}
	strict := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	documents := utilyaml.NewYAMLReader(bufio.NewReader(in))
	for {
		document, err := documents.Read()
		if err == io.EOF {
			return found, problems
		}
		if err != nil {
			return found, append(problems, err.Error())
		}
		var any unstructured.Unstructured
		if err := yaml.Unmarshal(document, &any.Object); err != nil {
			problems = append(problems, err.Error())
			continue
		}
		found.objects++
		what := any.GetKind() + " " + any.GetName()
		if any.GetKind() != "Namespace" && any.GetNamespace() == "" {
			problems = append(problems, what+": is in no namespace")
		}
		object, _, err := strict.Decode(document, nil, nil)
		if runtime.IsNotRegisteredError(err) {
			found.foreign = append(found.foreign, any)
			continue
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", what, err))
			continue
		}
		found.add(object)
	}
}

func (m *manifests) add(object runtime.Object) {
	switch o := object.(type) {
	case *appsv1.Deployment:
		m.workloads = append(m.workloads, workload{"Deployment", o.Name, o.Spec.Template, nil, o.Spec.Selector})
	case *appsv1.StatefulSet:
		m.workloads = append(m.workloads, workload{"StatefulSet", o.Name, o.Spec.Template, o.Spec.VolumeClaimTemplates, o.Spec.Selector})
	case *batchv1.Job:
		m.workloads = append(m.workloads, workload{"Job", o.Name, o.Spec.Template, nil, nil})
	case *corev1.Service:
		m.services = append(m.services, *o)
	case *corev1.ConfigMap:
		m.configMaps[o.Name] = *o
	case *corev1.PersistentVolumeClaim:
		m.claims[o.Name] = true
	case *policyv1.PodDisruptionBudget:
		m.budgets = append(m.budgets, *o)
	case *networkingv1.NetworkPolicy:
		m.policies = append(m.policies, *o)
	case *autoscalingv2.HorizontalPodAutoscaler:
		m.scalers = append(m.scalers, *o)
	case *networkingv1.Ingress:
		m.ingresses = append(m.ingresses, *o)
	}
}
