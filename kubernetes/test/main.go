// Command manifests judges Kubernetes manifests, a stream of YAML documents on standard input, without a cluster:
//
//	kubectl kustomize kubernetes/overlays/managed | manifests -secrets a,b,c -reach expected.txt
//
// Each object is decoded strictly by Kubernetes' own types; each pod is held to the "restricted" pod security standard by the
// admission controller's own code; what objects say of each other (selectors, ports, volumes, keys) must exist; and who reaches
// whom under the network policies must be what the file -reach says, one "from to:port" a line.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

func main() {
	secrets := flag.String("secrets", "", "names of the keys of the Secret ruche-secrets, with commas between them")
	reach := flag.String("reach", "", "the file of who reaches whom; without it the program prints what it finds")
	flag.Parse()

	found, problems := read(os.Stdin)
	problems = append(problems, found.references(strings.Split(*secrets, ","))...)
	for _, w := range found.workloads {
		problems = append(problems, w.problems()...)
	}
	reached := found.reachability()
	if *reach == "" {
		fmt.Println(strings.Join(reached, "\n"))
	} else {
		problems = append(problems, differences(*reach, reached)...)
	}
	for _, problem := range problems {
		fmt.Println(problem)
	}
	fmt.Fprintf(os.Stderr, "%d objects, %d of kinds that are not Kubernetes' own, %d workloads, %d ways\n",
		found.objects, len(found.foreign), len(found.workloads), len(reached))
	if len(problems) > 0 {
		os.Exit(1)
	}
}

func differences(file string, reached []string) []string {
	in, err := os.Open(file)
	if err != nil {
		return []string{err.Error()}
	}
	defer in.Close()
	var expected, problems []string
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line != "" && !strings.HasPrefix(line, "#") {
			expected = append(expected, line)
		}
	}
	for _, way := range reached {
		if !slices.Contains(expected, way) {
			problems = append(problems, "reached, and not expected: "+way)
		}
	}
	for _, way := range expected {
		if !slices.Contains(reached, way) {
			problems = append(problems, "expected, and not reached: "+way)
		}
	}
	return problems
}
