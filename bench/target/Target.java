import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * An HTTP/1.1 target on one thread that never limits anybody: each request is answered after its own delay, however many
 * wait. Everything it was told stands in a journal in memory, in the order in which it arrived; nothing else is evidence.
 *
 * <p>A record's request carries {@code x-record: key partition offset version noteMicros}. Requests of the harness go to
 * {@code /control}: {@code GET /control/set?…} clears the journal and sets the behaviour, {@code GET /control/fail?failKey=n}
 * changes the refused key alone, {@code GET /control/state} says how much came, {@code GET /control/journal} answers the journal, 48 bytes an entry, little-endian.
 */
public final class Target {
    static final byte[] OK =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII);
    static final byte[] UNAVAILABLE =
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII);
    static final byte[] HEADER_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] LENGTH = "\r\ncontent-length:".getBytes(StandardCharsets.US_ASCII);
    static final byte[] RECORD = "\r\nx-record:".getBytes(StandardCharsets.US_ASCII);
    static final byte[] CONTROL = "GET /control/".getBytes(StandardCharsets.US_ASCII);
    static final int ENTRY_BYTES = 48;
    /** Within this much of the next answer the thread sleeps finer than the selector can. */
    static final long FINE_NANOS = 1_100_000;

    /** One connection and what was read of its next request. */
    static final class Peer {
        final SocketChannel channel;
        byte[] in = new byte[8 * 1024];
        int length;
        ByteBuffer unsent;

        Peer(SocketChannel channel) {
            this.channel = channel;
        }
    }

    /** An answer that waits for its time. */
    record Due(long atNanos, long sequence, Peer peer, int entry, boolean isRefused) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    final Selector selector = Selector.open();
    final PriorityQueue<Due> waiting = new PriorityQueue<>();
    ByteBuffer journal = ByteBuffer.allocate(ENTRY_BYTES * 65_536).order(ByteOrder.LITTLE_ENDIAN);
    int entries;
    int accepted;
    long sequence;
    long delayMinNanos;
    long delayMaxNanos;
    double errorRate;
    int failKey = -1;
    SplittableRandom random = new SplittableRandom(1);

    Target() throws IOException {}

    public static void main(String[] args) throws IOException {
        new Target().serve(Integer.parseInt(args[0]));
    }

    void serve(int port) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress("127.0.0.1", port), 4_096);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        System.out.println("ready");
        ByteBuffer read = ByteBuffer.allocateDirect(256 * 1024);
        while (true) {
            await();
            for (SelectionKey key : selector.selectedKeys()) {
                if (!key.isValid()) continue;
                if (key.isAcceptable()) accept(server);
                else if (key.isWritable()) writeRest(key);
                else if (key.isReadable()) readFrom((Peer) key.attachment(), read);
            }
            selector.selectedKeys().clear();
            answerDue();
        }
    }

    /** Waits for a request or for the next answer's time. The selector counts in milliseconds only, so the rest is slept. */
    void await() throws IOException {
        Due next = waiting.peek();
        if (next == null) {
            selector.select();
            return;
        }
        long leftNanos = next.atNanos - System.nanoTime();
        if (leftNanos > FINE_NANOS) selector.select(leftNanos / 1_000_000);
        else if (selector.selectNow() == 0 && leftNanos > 0) LockSupport.parkNanos(Math.min(leftNanos, 100_000));
    }

    void accept(ServerSocketChannel server) throws IOException {
        for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_READ, new Peer(channel));
        }
    }

    void readFrom(Peer peer, ByteBuffer read) {
        try {
            read.clear();
            int count = peer.channel.read(read);
            if (count < 0) {
                peer.channel.close();
                return;
            }
            read.flip();
            if (peer.length + count > peer.in.length) {
                peer.in = Arrays.copyOf(peer.in, Math.max(peer.in.length * 2, peer.length + count));
            }
            read.get(peer.in, peer.length, count);
            peer.length += count;
            takeRequests(peer);
        } catch (IOException broken) {
            closeQuietly(peer);
        }
    }

    /** Takes every whole request; also several at once, since some clients pipeline. */
    void takeRequests(Peer peer) throws IOException {
        int from = 0;
        while (true) {
            int headEnd = indexOf(peer.in, from, peer.length, HEADER_END, false);
            if (headEnd < 0) break;
            int bodyFrom = headEnd + HEADER_END.length;
            int bodyBytes = (int) numberAfter(peer.in, from, headEnd, LENGTH);
            if (peer.length < bodyFrom + bodyBytes) break;
            take(peer, from, headEnd);
            from = bodyFrom + bodyBytes;
        }
        if (from == 0) return;
        System.arraycopy(peer.in, from, peer.in, 0, peer.length - from);
        peer.length -= from;
    }

    void take(Peer peer, int from, int headEnd) throws IOException {
        if (startsWith(peer.in, from, CONTROL)) {
            control(peer, new String(peer.in, from, headEnd - from, StandardCharsets.US_ASCII));
            return;
        }
        int entry = note(peer.in, from, headEnd);
        int key = journal.getInt(entry * ENTRY_BYTES);
        boolean isRefused = key == failKey || (errorRate > 0 && random.nextDouble() < errorRate);
        long delayNanos = delayMaxNanos > delayMinNanos ? random.nextLong(delayMinNanos, delayMaxNanos) : delayMinNanos;
        Due due = new Due(System.nanoTime() + delayNanos, sequence++, peer, entry, isRefused);
        if (delayNanos == 0) answer(due);
        else waiting.add(due);
    }

    /** Writes down that a request arrived: key, partition, version, note, offset, arrival, answer, status. */
    int note(byte[] in, int from, int headEnd) {
        if ((entries + 1) * ENTRY_BYTES > journal.capacity()) {
            ByteBuffer larger = ByteBuffer.allocate(journal.capacity() * 2).order(ByteOrder.LITTLE_ENDIAN);
            journal.position(0).limit(entries * ENTRY_BYTES);
            larger.put(journal);
            journal = larger;
        }
        int at = indexOf(in, from, headEnd, RECORD, true);
        long[] fields = new long[5];
        if (at >= 0) numbers(in, at + RECORD.length, headEnd, fields);
        else fields[0] = -1;
        int base = entries * ENTRY_BYTES;
        journal.limit(journal.capacity());
        journal.putInt(base, (int) fields[0]);
        journal.putInt(base + 4, (int) fields[1]);
        journal.putInt(base + 8, (int) fields[3]);
        journal.putInt(base + 12, (int) fields[4]);
        journal.putLong(base + 16, fields[2]);
        journal.putLong(base + 24, System.nanoTime());
        journal.putLong(base + 32, 0);
        journal.putLong(base + 40, 0);
        return entries++;
    }

    void answerDue() {
        long nowNanos = System.nanoTime();
        for (Due due = waiting.peek(); due != null && due.atNanos <= nowNanos; due = waiting.peek()) {
            waiting.poll();
            answer(due);
        }
    }

    void answer(Due due) {
        int base = due.entry * ENTRY_BYTES;
        journal.putLong(base + 32, System.nanoTime());
        journal.putLong(base + 40, due.isRefused ? 503 : 200);
        if (!due.isRefused) accepted += 1;
        send(due.peer, due.isRefused ? UNAVAILABLE : OK);
    }

    void control(Peer peer, String head) throws IOException {
        String path = head.substring("GET /control/".length(), head.indexOf(" HTTP/"));
        if (path.startsWith("set")) {
            set(path.contains("?") ? path.substring(path.indexOf('?') + 1) : "");
            sendBody(peer, "{}".getBytes(StandardCharsets.US_ASCII));
        } else if (path.startsWith("fail?failKey=")) {
            failKey = Integer.parseInt(path.substring("fail?failKey=".length()));
            sendBody(peer, "{}".getBytes(StandardCharsets.US_ASCII));
        } else if (path.equals("journal")) {
            byte[] body = new byte[entries * ENTRY_BYTES];
            journal.get(0, body);
            sendBody(peer, body);
        } else {
            String state = "{\"arrived\":" + entries + ",\"accepted\":" + accepted + ",\"atNanos\":\"" + System.nanoTime() + "\"}";
            sendBody(peer, state.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Clears the journal. Answers that still wait belong to an earlier run and are dropped with it. */
    void set(String query) {
        entries = 0;
        accepted = 0;
        waiting.clear();
        delayMinNanos = delayMaxNanos = 0;
        errorRate = 0;
        failKey = -1;
        random = new SplittableRandom(1);
        for (String part : query.split("&")) {
            String[] pair = part.split("=");
            if (pair.length != 2) continue;
            switch (pair[0]) {
                case "delayMinUs" -> delayMinNanos = Long.parseLong(pair[1]) * 1_000;
                case "delayMaxUs" -> delayMaxNanos = Long.parseLong(pair[1]) * 1_000;
                case "errorRate" -> errorRate = Double.parseDouble(pair[1]);
                case "failKey" -> failKey = Integer.parseInt(pair[1]);
                case "seed" -> random = new SplittableRandom(Long.parseLong(pair[1]));
                default -> throw new IllegalArgumentException(pair[0]);
            }
        }
    }

    void sendBody(Peer peer, byte[] body) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(body.length + 128);
        whole.write(("HTTP/1.1 200 OK\r\ncontent-length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        whole.write(body);
        send(peer, whole.toByteArray());
    }

    void send(Peer peer, byte[] bytes) {
        try {
            if (peer.unsent != null) {
                ByteBuffer joined = ByteBuffer.allocate(peer.unsent.remaining() + bytes.length);
                peer.unsent = joined.put(peer.unsent).put(bytes).flip();
                return;
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            peer.channel.write(buffer);
            if (!buffer.hasRemaining()) return;
            peer.unsent = buffer;
            peer.channel.keyFor(selector).interestOps(SelectionKey.OP_WRITE);
        } catch (IOException | RuntimeException broken) {
            closeQuietly(peer);
        }
    }

    void writeRest(SelectionKey key) {
        Peer peer = (Peer) key.attachment();
        try {
            peer.channel.write(peer.unsent);
            if (peer.unsent.hasRemaining()) return;
            peer.unsent = null;
            key.interestOps(SelectionKey.OP_READ);
        } catch (IOException broken) {
            closeQuietly(peer);
        }
    }

    static void closeQuietly(Peer peer) {
        try {
            peer.channel.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }

    static boolean startsWith(byte[] in, int from, byte[] wanted) {
        for (int index = 0; index < wanted.length; index++) if (in[from + index] != wanted[index]) return false;
        return true;
    }

    /** Finds bytes; with {@code ignoresCase} the wanted ones are lower case. */
    static int indexOf(byte[] in, int from, int to, byte[] wanted, boolean ignoresCase) {
        outer:
        for (int at = from; at <= to - wanted.length; at++) {
            for (int index = 0; index < wanted.length; index++) {
                byte found = in[at + index];
                if (ignoresCase && found >= 'A' && found <= 'Z') found += 32;
                if (found != wanted[index]) continue outer;
            }
            return at;
        }
        return -1;
    }

    static long numberAfter(byte[] in, int from, int to, byte[] name) {
        int at = indexOf(in, from, to, name, true);
        if (at < 0) return 0;
        long[] one = new long[1];
        numbers(in, at + name.length, to, one);
        return one[0];
    }

    /** Reads numbers that are divided by single blanks. */
    static void numbers(byte[] in, int from, int to, long[] into) {
        int at = from;
        for (int index = 0; index < into.length; index++) {
            while (at < to && in[at] == ' ') at++;
            boolean isNegative = at < to && in[at] == '-';
            if (isNegative) at++;
            long number = 0;
            while (at < to && in[at] >= '0' && in[at] <= '9') number = number * 10 + in[at++] - '0';
            into[index] = isNegative ? -number : number;
        }
    }
}
