package main

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// problems is what is wrong with one workload by itself.
func (w workload) problems() []string {
	var problems []string
	say := func(format string, values ...any) {
		problems = append(problems, w.kind+" "+w.name+": "+fmt.Sprintf(format, values...))
	}
	spec := w.pod.Spec
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	if err != nil {
		say("%v", err)
		return problems
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	if judged := policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &w.pod.ObjectMeta, &spec)); !judged.Allowed {
		say("not as the restricted standard wants it: %s", judged.ForbiddenDetail())
	}
	if w.selector != nil && !selects(w.selector, w.pod.Labels) {
		say("its selector does not select its own pods")
	}
	if spec.AutomountServiceAccountToken == nil || *spec.AutomountServiceAccountToken {
		say("its pods get a token of the cluster")
	}
	if spec.EnableServiceLinks == nil || *spec.EnableServiceLinks {
		say("its pods get variables of every Service")
	}
	for _, container := range slices.Concat(spec.InitContainers, spec.Containers) {
		limits, requests := container.Resources.Limits, container.Resources.Requests
		if limits.Memory().IsZero() || limits.Cpu().IsZero() || requests.Memory().IsZero() || requests.Cpu().IsZero() {
			say("%s has no limits or no requests", container.Name)
		}
		if requests.Memory().Cmp(*limits.Memory()) > 0 || requests.Cpu().Cmp(*limits.Cpu()) > 0 {
			say("%s requests more than its limits", container.Name)
		}
		if security := container.SecurityContext; security == nil || security.ReadOnlyRootFilesystem == nil || !*security.ReadOnlyRootFilesystem {
			say("%s can write to its root", container.Name)
		}
		if tag := container.Image[strings.LastIndex(container.Image, "/")+1:]; !strings.Contains(tag, ":") || strings.HasSuffix(tag, ":latest") {
			say("%s has an image without a version: %s", container.Name, container.Image)
		}
		if w.kind != "Job" {
			for name, probe := range map[string]*corev1.Probe{"startup": container.StartupProbe, "liveness": container.LivenessProbe, "readiness": container.ReadinessProbe} {
				if probe == nil {
					say("%s has no %s probe", container.Name, name)
				} else if port := probed(probe); port != "" && !named(container, port) {
					say("%s probes the port %s, which it does not have", container.Name, port)
				}
			}
		}
		for _, mount := range container.VolumeMounts {
			if !w.hasVolume(mount.Name) {
				say("%s mounts %s, which is no volume", container.Name, mount.Name)
			}
		}
	}
	return problems
}

func probed(probe *corev1.Probe) string {
	if probe.HTTPGet != nil {
		return probe.HTTPGet.Port.StrVal
	}
	if probe.TCPSocket != nil {
		return probe.TCPSocket.Port.StrVal
	}
	return ""
}

func named(container corev1.Container, name string) bool {
	return slices.ContainsFunc(container.Ports, func(port corev1.ContainerPort) bool { return port.Name == name })
}

func (w workload) hasVolume(name string) bool {
	return slices.ContainsFunc(w.pod.Spec.Volumes, func(volume corev1.Volume) bool { return volume.Name == name }) ||
		slices.ContainsFunc(w.claims, func(claim corev1.PersistentVolumeClaim) bool { return claim.Name == name })
}

// port is the number of a named port of the workload's containers; 0 when it has none of that name.
func (w workload) port(name string) int32 {
	for _, container := range w.pod.Spec.Containers {
		for _, port := range container.Ports {
			if port.Name == name {
				return port.ContainerPort
			}
		}
	}
	return 0
}

func selects(selector *metav1.LabelSelector, set map[string]string) bool {
	matcher, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && matcher.Matches(labels.Set(set))
}
