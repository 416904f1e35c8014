// The AWS SDK for Go as it comes: a cluster, an add-on with its association,
// and their end, where the environment alone says whom to call.
//
// Run by `eks-emulator exec -- PROGRAM`.
package main

import (
	"context"
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const (
	addon          = "aws-ebs-csi-driver"
	serviceAccount = "ebs-csi-controller-sa"
	// Only waiters that fail take this long.
	patience = time.Minute
)

var cluster = aws.String("go")

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	configuration, err := config.LoadDefaultConfig(ctx)
	check(err)
	identity, err := sts.NewFromConfig(configuration).GetCallerIdentity(ctx, nil)
	check(err)
	role := func(name string) *string {
		return aws.String(fmt.Sprintf("arn:aws:iam::%s:role/%s", *identity.Account, name))
	}
	client := eks.NewFromConfig(configuration)
	createCluster(ctx, client, role("eks"))
	createAddon(ctx, client, role("ebs"))
	deleteAll(ctx, client)
}

func createCluster(ctx context.Context, client *eks.Client, role *string) {
	created, err := client.CreateCluster(ctx, &eks.CreateClusterInput{
		Name:               cluster,
		RoleArn:            role,
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: []string{"subnet-1", "subnet-2"}},
	})
	check(err)
	expect(created.Cluster.Status, types.ClusterStatusCreating)
	describe := &eks.DescribeClusterInput{Name: cluster}
	check(eks.NewClusterActiveWaiter(client).Wait(ctx, describe, patience))
	listed, err := client.ListClusters(ctx, nil)
	check(err)
	if !slices.Contains(listed.Clusters, *cluster) {
		log.Fatalf("error: %s is not among %v", *cluster, listed.Clusters)
	}
}

func createAddon(ctx context.Context, client *eks.Client, role *string) {
	_, err := client.CreateAddon(ctx, &eks.CreateAddonInput{
		ClusterName: cluster,
		AddonName:   aws.String(addon),
		PodIdentityAssociations: []types.AddonPodIdentityAssociations{
			{ServiceAccount: aws.String(serviceAccount), RoleArn: role},
		},
	})
	check(err)
	check(eks.NewAddonActiveWaiter(client).Wait(ctx, describeAddon(), patience))
	described, err := client.DescribeAddon(ctx, describeAddon())
	check(err)
	listed, err := client.ListPodIdentityAssociations(ctx, &eks.ListPodIdentityAssociationsInput{
		ClusterName: cluster,
	})
	check(err)
	expect(len(listed.Associations), 1)
	association := listed.Associations[0]
	expect(*association.ServiceAccount, serviceAccount)
	expect(*association.OwnerArn, *described.Addon.AddonArn)
}

func deleteAll(ctx context.Context, client *eks.Client) {
	_, err := client.DeleteAddon(ctx, &eks.DeleteAddonInput{
		ClusterName: cluster,
		AddonName:   aws.String(addon),
	})
	check(err)
	check(eks.NewAddonDeletedWaiter(client).Wait(ctx, describeAddon(), patience))
	listed, err := client.ListPodIdentityAssociations(ctx, &eks.ListPodIdentityAssociationsInput{
		ClusterName: cluster,
	})
	check(err)
	expect(len(listed.Associations), 0)
	_, err = client.DeleteCluster(ctx, &eks.DeleteClusterInput{Name: cluster})
	check(err)
	describe := &eks.DescribeClusterInput{Name: cluster}
	check(eks.NewClusterDeletedWaiter(client).Wait(ctx, describe, patience))
}

func describeAddon() *eks.DescribeAddonInput {
	return &eks.DescribeAddonInput{ClusterName: cluster, AddonName: aws.String(addon)}
}

func check(err error) {
	if err != nil {
		log.Fatal("error: ", err)
	}
}

func expect[T comparable](actual, expected T) {
	if actual != expected {
		log.Fatalf("error: expected %v, got %v", expected, actual)
	}
}
