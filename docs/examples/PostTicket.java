// File a ticket and follow it until it has ended. Java 17 or newer, nothing else: java PostTicket.java
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

public class PostTicket {
    static final String TICKETS = System.getenv("TTS_URL") + "/api/ticket/tickets/";
    static final Set<String> ENDED = Set.of("resolved", "rejected", "cancelled", "withdrawn");
    static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    public static void main(String[] arguments) throws Exception {
        var body = """
            {
              "subject": "A drawing program for the training room",
              "category": "Software Installation",
              "department": "IT Department",
              "employee": {"name": "Noor Haddad", "email": "noor.haddad@example.com"}
            }""";
        var post = request(TICKETS)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", System.getenv("ORDER")) // run again, it is the same ticket
            .POST(HttpRequest.BodyPublishers.ofString(body));
        var number = field("ticket_number", send(post.build()));
        System.out.println(number);
        for (var seen = ""; !ENDED.contains(seen); Thread.sleep(2000)) {
            var status = field("status", send(request(TICKETS + number + "/").build()));
            if (!status.equals(seen)) System.out.println(status);
            seen = status;
        }
    }

    static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(30))
            .header("X-API-Key", System.getenv("TTS_API_KEY"));
    }

    static String send(HttpRequest request) throws Exception {
        var answer = HTTP.send(request, BodyHandlers.ofString());
        if (answer.statusCode() >= 300) throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
        return answer.body();
    }

    // A program of its own would take a JSON library here, such as Jackson.
    static String field(String name, String json) {
        var found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!found.find()) throw new IllegalStateException("no " + name + " in " + json);
        return found.group(1);
    }
}
