import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Parallel Consumer with the bench's handler. Settings, each with its reason: KEY order and as many threads as slots, since
 * that is what is compared; asynchronous periodic commits, its default and fastest safe mode; session of 10 s and a heartbeat
 * of 1 s, as gluttony's, so that a restart after a kill waits equally long; everything else as it is documented.
 */
public final class Peer {
    static final ObjectMapper MAPPER = new ObjectMapper();

    public static void main(String[] args) {
        Map<String, String> env = System.getenv();
        int slots = Integer.parseInt(env.get("SLOTS"));
        KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(Map.of(
            "bootstrap.servers", env.get("KAFKA_HOST"),
            "group.id", env.get("GROUP"),
            "enable.auto.commit", "false",
            "auto.offset.reset", "earliest",
            "session.timeout.ms", "10000",
            "heartbeat.interval.ms", "1000",
            "key.deserializer", StringDeserializer.class.getName(),
            "value.deserializer", ByteArrayDeserializer.class.getName()));
        ParallelStreamProcessor<String, byte[]> processor = ParallelStreamProcessor.createEosStreamProcessor(
            ParallelConsumerOptions.<String, byte[]>builder()
                .consumer(consumer)
                .ordering(ProcessingOrder.KEY)
                .maxConcurrency(slots)
                .commitMode(CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
                .build());
        processor.subscribe(List.of(env.get("TOPIC")));
        CloseableHttpClient client = HttpClients.custom()
            .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(slots)
                .setMaxConnTotal(slots)
                .build())
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableRedirectHandling()
            .build();
        String url = env.get("TARGET") + "/patient";
        processor.poll(context -> post(client, url, context.getSingleConsumerRecord()));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> processor.closeDrainFirst(Duration.ofSeconds(8))));
    }

    static void post(CloseableHttpClient client, String url, ConsumerRecord<String, byte[]> record) {
        try {
            JsonNode after = MAPPER.readTree(record.value()).get("after");
            long noteMicros = System.nanoTime() / 1_000 - after.get("sent_us").asLong();
            HttpPost request = new HttpPost(url);
            request.setHeader("x-record", after.get("patient_id").asInt() + " " + record.partition() + " " + record.offset()
                + " " + after.get("row_version").asInt() + " " + Math.min(Integer.MAX_VALUE, noteMicros));
            request.setEntity(new ByteArrayEntity(MAPPER.writeValueAsBytes(after), ContentType.APPLICATION_JSON));
            int status = client.execute(request, response -> {
                EntityUtils.consume(response.getEntity());
                return response.getCode();
            });
            if (status != 200) throw new IllegalStateException("The target answered " + status);
        } catch (java.io.IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }
}
