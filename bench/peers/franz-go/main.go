// franz-go with a pool per key made by hand: a floor in a compiled language. Settings, each with its reason: session of 10 s
// and a heartbeat of 1 s, as gluttony's; commits of the contiguous mark every 100 ms, as gluttony's; at most
// max(2,000, 8 × slots) open records, as gluttony's; net/http with as many connections as slots.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"github.com/twmb/franz-go/pkg/kgo"
)

// One partition's offsets: what ended in any order, and the mark below which all did.
type tracker struct {
	mark  int64
	ended map[int64]bool
}

// Lanes: the records of a key wait for each other; a key with a record under way has an entry.
type engine struct {
	mutex    sync.Mutex
	lanes    map[string][]*kgo.Record
	trackers map[int32]*tracker
	open     sync.WaitGroup
	slots    chan struct{}
	room     chan struct{}
	client   *http.Client
	url      string
}

func main() {
	slots, _ := strconv.Atoi(os.Getenv("SLOTS"))
	transport := &http.Transport{MaxIdleConns: slots, MaxIdleConnsPerHost: slots, MaxConnsPerHost: slots, DisableCompression: true}
	work := &engine{
		lanes:    map[string][]*kgo.Record{},
		trackers: map[int32]*tracker{},
		slots:    make(chan struct{}, slots),
		room:     make(chan struct{}, max(2000, 8*slots)),
		client:   &http.Client{Transport: transport},
		url:      os.Getenv("TARGET") + "/patient",
	}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(os.Getenv("KAFKA_HOST")),
		kgo.ConsumerGroup(os.Getenv("GROUP")),
		kgo.ConsumeTopics(os.Getenv("TOPIC")),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(10*time.Second),
		kgo.HeartbeatInterval(time.Second),
		kgo.DisableAutoCommit(),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	context, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go work.commitUntil(context, client)
	for context.Err() == nil {
		fetches := client.PollFetches(context)
		fetches.EachRecord(func(record *kgo.Record) {
			if context.Err() == nil {
				work.room <- struct{}{}
				work.push(record)
			}
		})
	}
	work.open.Wait()
	work.commit(client)
	client.Close()
}

func (work *engine) push(record *kgo.Record) {
	work.mutex.Lock()
	defer work.mutex.Unlock()
	work.open.Add(1)
	if work.trackers[record.Partition] == nil {
		work.trackers[record.Partition] = &tracker{mark: record.Offset, ended: map[int64]bool{}}
	}
	key := string(record.Key)
	lane, isBusy := work.lanes[key]
	if isBusy {
		work.lanes[key] = append(lane, record)
		return
	}
	work.lanes[key] = nil
	go work.run(key, record)
}

// Runs a key's records one after another until none waits.
func (work *engine) run(key string, record *kgo.Record) {
	for record != nil {
		work.slots <- struct{}{}
		for work.post(record) != nil {
			time.Sleep(200 * time.Millisecond)
		}
		<-work.slots
		record = work.finish(key, record)
	}
}

func (work *engine) finish(key string, record *kgo.Record) *kgo.Record {
	work.mutex.Lock()
	defer work.mutex.Unlock()
	partition := work.trackers[record.Partition]
	partition.ended[record.Offset] = true
	for partition.ended[partition.mark] {
		delete(partition.ended, partition.mark)
		partition.mark++
	}
	<-work.room
	work.open.Done()
	lane := work.lanes[key]
	if len(lane) == 0 {
		delete(work.lanes, key)
		return nil
	}
	work.lanes[key] = lane[1:]
	return lane[0]
}

func (work *engine) post(record *kgo.Record) error {
	var change struct {
		After map[string]any `json:"after"`
	}
	if err := json.Unmarshal(record.Value, &change); err != nil {
		return err
	}
	after := change.After
	key, version, sent := after["patient_id"].(float64), after["row_version"].(float64), after["sent_us"].(float64)
	note := min(math.MaxInt32, monotonicMicros()-int64(sent))
	body, err := json.Marshal(after)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, work.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Record", fmt.Sprintf("%d %d %d %d %d", int64(key), record.Partition, record.Offset, int64(version), note))
	response, err := work.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the target answered %d", response.StatusCode)
	}
	return nil
}

func (work *engine) commitUntil(context context.Context, client *kgo.Client) {
	for context.Err() == nil {
		time.Sleep(100 * time.Millisecond)
		work.commit(client)
	}
}

func (work *engine) commit(client *kgo.Client) {
	work.mutex.Lock()
	marks := map[int32]kgo.EpochOffset{}
	for number, partition := range work.trackers {
		marks[number] = kgo.EpochOffset{Epoch: -1, Offset: partition.mark}
	}
	work.mutex.Unlock()
	if len(marks) == 0 {
		return
	}
	client.CommitOffsetsSync(context.Background(), map[string]map[int32]kgo.EpochOffset{os.Getenv("TOPIC"): marks}, nil)
}

// The clock that every process of the machine shares.
func monotonicMicros() int64 {
	var now syscall.Timespec
	syscall.Syscall(syscall.SYS_CLOCK_GETTIME, 1, uintptr(unsafe.Pointer(&now)), 0)
	return now.Sec*1_000_000 + now.Nsec/1_000
}
