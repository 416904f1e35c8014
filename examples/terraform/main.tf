# A cluster with the pod identity agent, and an add-on whose pods get a role by an association.
#
# Start an emulator, then: terraform init && terraform apply
# The provider block is what "eks-emulator env --shell terraform" prints.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true

  endpoints {
    eks = "http://127.0.0.1:4566"
    iam = "http://127.0.0.1:4566"
    sts = "http://127.0.0.1:4566"
  }
}

resource "aws_iam_role" "cluster" {
  name = "demo-cluster"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "eks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role" "ebs" {
  name = "demo-ebs"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "pods.eks.amazonaws.com" }
    }]
  })
}

resource "aws_eks_cluster" "demo" {
  name     = "demo"
  role_arn = aws_iam_role.cluster.arn

  # Networks are not modelled: any subnets will do.
  vpc_config {
    subnet_ids = ["subnet-1", "subnet-2"]
  }
}

resource "aws_eks_addon" "agent" {
  cluster_name = aws_eks_cluster.demo.name
  addon_name   = "eks-pod-identity-agent"
}

resource "aws_eks_addon" "ebs" {
  cluster_name = aws_eks_cluster.demo.name
  addon_name   = "aws-ebs-csi-driver"

  pod_identity_association {
    service_account = "ebs-csi-controller-sa"
    role_arn        = aws_iam_role.ebs.arn
  }

  # Pods that start before the agent get no credentials.
  depends_on = [aws_eks_addon.agent]
}

output "ebs_addon_arn" {
  value = aws_eks_addon.ebs.arn
}
