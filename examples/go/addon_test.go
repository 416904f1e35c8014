package example

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

const (
	clusterName    = "demo"
	addonName      = "aws-ebs-csi-driver"
	serviceAccount = "ebs-csi-controller-sa"
)

func TestAnAddonTakesItsAssociationAlong(t *testing.T) {
	a := newCluster(t)
	addon := a.createAddon()
	a.settle()
	associations := a.associations()
	if len(associations) != 1 || *associations[0].OwnerArn != *addon.AddonArn {
		t.Errorf("the associations are %v", associations)
	}

	_, err := a.eks.DeleteAddon(t.Context(), &eks.DeleteAddonInput{
		ClusterName: aws.String(clusterName),
		AddonName:   aws.String(addonName),
	})
	a.check(err)
	a.settle()
	if left := a.associations(); len(left) != 0 {
		t.Errorf("the associations are still %v", left)
	}
}

func TestAnAddonBecomesActiveWhenItsTimeHasCome(t *testing.T) {
	a := newCluster(t)
	a.createAddon()
	if status := a.status(); status != types.AddonStatusCreating {
		t.Errorf("it is %s at once", status)
	}
	a.advance("10m")
	if status := a.status(); status != types.AddonStatusActive {
		t.Errorf("it is %s after ten minutes", status)
	}
}

func TestANewRoleRestartsThePodsOneByOne(t *testing.T) {
	a := newCluster(t)
	a.createAddon()
	a.settle()
	before := a.controllers()

	_, err := a.eks.UpdateAddon(t.Context(), &eks.UpdateAddonInput{
		ClusterName:             aws.String(clusterName),
		AddonName:               aws.String(addonName),
		PodIdentityAssociations: a.identity("ebs-2"),
	})
	a.check(err)
	for a.status() == types.AddonStatusUpdating {
		if pods := a.controllers(); !anyReady(pods) {
			t.Fatalf("no pod is ready during the restart: %v", pods)
		}
		a.advance("1s")
	}

	// The last of the old pods takes its time to end.
	a.settle()
	for name := range a.controllers() {
		if _, isOld := before[name]; isOld {
			t.Errorf("%s has not been replaced", name)
		}
	}
	if restarts := a.restarts(); len(restarts) != 1 || restarts[0] != "kube-system/Deployment/ebs-csi-controller" {
		t.Errorf("restarted were %v", restarts)
	}
}

func TestAThrottledCallIsTriedAgain(t *testing.T) {
	a := newCluster(t)
	a.throttle("CreateAddon", 2)
	a.createAddon()
	if calls := a.calls("CreateAddon"); calls != 3 {
		t.Errorf("there were %d calls", calls)
	}
}

// newCluster gives a test its account, with an active cluster in it.
func newCluster(t *testing.T) account {
	t.Helper()
	a := newAccount(t)
	_, err := a.eks.CreateCluster(t.Context(), &eks.CreateClusterInput{
		Name:               aws.String(clusterName),
		RoleArn:            a.role("eks"),
		ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: []string{"subnet-1", "subnet-2"}},
	})
	a.check(err)
	a.settle()
	return a
}

func (a account) identity(role string) []types.AddonPodIdentityAssociations {
	return []types.AddonPodIdentityAssociations{
		{ServiceAccount: aws.String(serviceAccount), RoleArn: a.role(role)},
	}
}

func (a account) createAddon() *types.Addon {
	a.Helper()
	created, err := a.eks.CreateAddon(a.Context(), &eks.CreateAddonInput{
		ClusterName:             aws.String(clusterName),
		AddonName:               aws.String(addonName),
		PodIdentityAssociations: a.identity("ebs"),
	})
	a.check(err)
	return created.Addon
}

func (a account) status() types.AddonStatus {
	a.Helper()
	described, err := a.eks.DescribeAddon(a.Context(), &eks.DescribeAddonInput{
		ClusterName: aws.String(clusterName),
		AddonName:   aws.String(addonName),
	})
	a.check(err)
	return described.Addon.Status
}

func (a account) associations() []types.PodIdentityAssociationSummary {
	a.Helper()
	listed, err := a.eks.ListPodIdentityAssociations(a.Context(), &eks.ListPodIdentityAssociationsInput{
		ClusterName: aws.String(clusterName),
	})
	a.check(err)
	return listed.Associations
}

// controllers are the pods that use the association.
func (a account) controllers() map[string]bool {
	a.Helper()
	return a.pods(clusterName, addonName, serviceAccount)
}

func anyReady(pods map[string]bool) bool {
	for _, ready := range pods {
		if ready {
			return true
		}
	}
	return false
}
