// The emulator in a container, with the AWS SDK for Java: mvn test

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eks.EksClient;
import software.amazon.awssdk.services.eks.model.ClusterStatus;

@Testcontainers
class EksTest {
    @Container
    static final GenericContainer<?> EMULATOR = new GenericContainer<>("eks-emulator:latest")
            .withExposedPorts(4566)
            .waitingFor(Wait.forHttp("/_emulator/ready").forPort(4566));

    private static EksClient client() {
        // Twelve digits are the account: each test may have one of its own.
        var credentials = AwsBasicCredentials.create("111122223333", "test");
        return EksClient.builder()
                .endpointOverride(URI.create("http://" + EMULATOR.getHost() + ":" + EMULATOR.getMappedPort(4566)))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .build();
    }

    @Test
    void aClusterBecomesActive() {
        try (var eks = client()) {
            eks.createCluster(request -> request.name("demo")
                    .roleArn("arn:aws:iam::111122223333:role/eks")
                    .resourcesVpcConfig(network -> network.subnetIds("subnet-1", "subnet-2")));
            var cluster = eks.describeCluster(request -> request.name("demo")).cluster();
            assertEquals(ClusterStatus.ACTIVE, cluster.status());
        }
    }
}
