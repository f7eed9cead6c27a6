import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pushes records, reports them, follows the events until they are reported, and saves the receipt of the first one.
 * Usage: SUYUAN_URL=... SUYUAN_TOKEN=... java Push.java KIND RECORDS.json RECEIPT.json    (Java 17, no libraries)
 */
public class Push {
    private static final String API = System.getenv("SUYUAN_URL") + "/api/v1";
    private static final String TOKEN = System.getenv("SUYUAN_TOKEN");
    private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** One request: GET without a body, else POST. */
    private static HttpResponse<String> send(String path, String body, String key)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(API + path))
                .timeout(Duration.ofSeconds(90))
                .header("Authorization", "Bearer " + TOKEN);
        if (key != null) request.header("Idempotency-Key", key);
        if (body != null) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String ask(String path, String body, String key) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(path, body, key);
        // A problem (RFC 9457): "code" is stable, "title" is for people.
        if (answer.statusCode() >= 300) throw new IOException(path + ": " + answer.body());
        return answer.body();
    }

    /** A whole-number member of a flat JSON object, or -1. A real program uses its JSON library here. */
    private static long number(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":(\\d+)").matcher(json);
        return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    /** The entry of the report's first batch among the events of a page, or -1. */
    private static long reportedEntry(String page, long report) {
        Matcher events = Pattern.compile("\\{\"id\":[^{}]*}").matcher(page);
        while (events.find()) {
            String event = events.group();
            if (event.contains("\"type\":\"reported\"") && number(event, "report") == report) {
                return number(event, "entry");
            }
        }
        return -1;
    }

    private static long head() throws IOException, InterruptedException {
        long cursor = 0;
        while (true) {
            long next = number(ask("/events?after=" + cursor + "&limit=1000", null, null), "next");
            if (next == cursor) return cursor;
            cursor = next;
        }
    }

    public static void main(String[] arguments) throws Exception {
        String records = Files.readString(Path.of(arguments[1]));
        long cursor = head();
        // The same key with the same body does nothing twice: repeat the request as often as the network makes you.
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(records.getBytes("UTF-8"));
        String key = HexFormat.of().formatHex(digest).substring(0, 32);
        String pushed = ask("/records/" + arguments[0], records, "push-" + key);
        if (number(pushed, "staged") <= 0) throw new IOException("nothing to report: " + pushed);
        String selection = "{\"import\":" + number(pushed, "id") + "}";
        long report = number(ask("/reports", selection, "report-" + key), "id");

        // Keep the cursor where your program keeps its state: it goes on from there after a restart.
        long entry = -1;
        while (entry < 0) {
            String page = ask("/events?after=" + cursor + "&wait=50", null, null);
            entry = reportedEntry(page, report);
            cursor = number(page, "next");
        }

        // The receipt is there as soon as enough validators have signed: 409 until then.
        HttpResponse<String> receipt = send("/receipts/" + entry + "/0?format=bundle", null, null);
        while (receipt.statusCode() != 200) {
            if (!receipt.body().contains("receipt_not_ready")) throw new IOException(receipt.body());
            Thread.sleep(500);
            receipt = send("/receipts/" + entry + "/0?format=bundle", null, null);
        }
        Files.writeString(Path.of(arguments[2]), receipt.body());
        System.out.println(entry + "/0");
    }
}
