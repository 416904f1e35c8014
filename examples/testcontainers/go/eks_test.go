// Package eks has the emulator in a container, with the AWS SDK for Go: go test
package eks

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

func newClient(t *testing.T) *eks.Client {
	t.Helper()
	emulator, err := testcontainers.Run(t.Context(), "eks-emulator:latest",
		testcontainers.WithExposedPorts("4566/tcp"),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/_emulator/ready").WithPort("4566/tcp")))
	testcontainers.CleanupContainer(t, emulator)
	if err != nil {
		t.Fatal(err)
	}
	endpoint, err := emulator.PortEndpoint(t.Context(), "4566/tcp", "http")
	if err != nil {
		t.Fatal(err)
	}
	return eks.New(eks.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       "us-east-1",
		// Twelve digits are the account: each test may have one of its own.
		Credentials: credentials.NewStaticCredentialsProvider("111122223333", "test", ""),
	})
}

func TestAClusterBecomesActive(t *testing.T) {
	client := newClient(t)
	_, err := client.CreateCluster(t.Context(), &eks.CreateClusterInput{
		Name:               aws.String("demo"),
		RoleArn:            aws.String("arn:aws:iam::111122223333:role/eks"),
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: []string{"subnet-1", "subnet-2"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	described, err := client.DescribeCluster(t.Context(), &eks.DescribeClusterInput{Name: aws.String("demo")})
	if err != nil {
		t.Fatal(err)
	}
	if status := described.Cluster.Status; status != types.ClusterStatusActive {
		t.Errorf("the cluster is %s", status)
	}
}
