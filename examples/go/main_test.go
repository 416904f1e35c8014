// Package example tests an EKS add-on: put eks-emulator in PATH, and run go test.
//
// Here are the emulator, one for all tests, and the account that each test has for itself.
package example

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eks"
)

var (
	endpoint    string
	lastAccount atomic.Int64
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	emulator := exec.Command("eks-emulator", "serve", "--listen", "127.0.0.1:0",
		"--lifecycle", "realistic", "--clock", "paused", "--quiet")
	emulator.Stderr = os.Stderr
	stdout, err := emulator.StdoutPipe()
	if err == nil {
		err = emulator.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer emulator.Wait()
	defer emulator.Process.Signal(syscall.SIGTERM)
	// "eks-emulator ready http://127.0.0.1:43567"
	ready, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		fmt.Fprintln(os.Stderr, "the emulator does not start")
		return 1
	}
	fields := strings.Fields(ready)
	endpoint = fields[len(fields)-1]
	return m.Run()
}

// account is what one test has for itself. Its access key id is the account.
type account struct {
	*testing.T
	id  string
	eks *eks.Client
}

func newAccount(t *testing.T) account {
	t.Helper()
	id := fmt.Sprint(100_000_000_000 + lastAccount.Add(1))
	client := eks.New(eks.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider(id, "test", ""),
	})
	a := account{T: t, id: id, eks: client}
	t.Cleanup(func() { a.control("POST", "reset?account="+id, nil, nil) })
	return a
}

func (a account) role(name string) *string {
	return aws.String("arn:aws:iam::" + a.id + ":role/" + name)
}

// control calls an endpoint of docs/control.md and decodes what it answers.
func (a account) control(method, path string, body, answer any) {
	a.Helper()
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		a.check(err)
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, endpoint+"/_emulator/v1/"+path, content)
	a.check(err)
	request.Header.Set("content-type", "application/json")
	response, err := http.DefaultClient.Do(request)
	a.check(err)
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	a.check(err)
	if response.StatusCode >= 300 {
		a.Fatalf("%s %s: %s", method, path, said)
	}
	if answer != nil {
		a.check(json.Unmarshal(said, answer))
	}
}

func (a account) advance(by string) {
	a.Helper()
	a.control("POST", "clock/advance", map[string]any{"by": by}, nil)
}

// settle moves the clock until nothing is pending any more.
func (a account) settle() {
	a.Helper()
	a.control("POST", "clock/advance", map[string]any{"until": "idle"}, nil)
}

func (a account) throttle(operation string, times int) {
	a.Helper()
	a.control("PUT", "faults/throttle-"+a.id, map[string]any{
		"match":  map[string]any{"account": a.id, "operation": operation},
		"effect": map[string]any{"error": map[string]any{"preset": "throttling"}},
		"times":  times,
	}, nil)
}

func (a account) calls(operation string) int {
	a.Helper()
	match := map[string]any{"account": a.id, "operation": operation}
	var answer struct{ Count int }
	a.control("POST", "requests/count", map[string]any{"match": match}, &answer)
	return answer.Count
}

// restarts names the workloads whose pods have been restarted.
func (a account) restarts() []string {
	a.Helper()
	var answer struct{ Events []struct{ Workload string } }
	a.control("GET", "events?type=pods.restarted&account="+a.id, nil, &answer)
	var workloads []string
	for _, event := range answer.Events {
		workloads = append(workloads, event.Workload)
	}
	return workloads
}

// pods names the pods of an add-on with a service account, and says whether each is ready.
func (a account) pods(cluster, addon, serviceAccount string) map[string]bool {
	a.Helper()
	var answer struct {
		Pods []struct {
			Metadata struct{ Name string }
			Spec     struct{ ServiceAccountName string }
			Status   struct {
				Conditions []struct{ Type, Status string }
			}
		}
	}
	a.control("GET", "clusters/"+cluster+"/pods?owner=addon/"+addon+"&account="+a.id, nil, &answer)
	pods := map[string]bool{}
	for _, pod := range answer.Pods {
		if pod.Spec.ServiceAccountName != serviceAccount {
			continue
		}
		for _, condition := range pod.Status.Conditions {
			if condition.Type == "Ready" {
				pods[pod.Metadata.Name] = condition.Status == "True"
			}
		}
	}
	return pods
}

func (a account) check(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}
