// Command load calls one gRPC method over and over and prints what it measured as one JSON object.
//
// Requests and answers stay bytes: nothing is parsed here, so that the server is the limit. Sixteen bytes of the request
// that spell "@@fresh-number@@" are replaced by a fresh number in every call, wherever they stand. A folder of requests is
// gone through in turn.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

var placeholder = []byte("@@fresh-number@@")

type rawCodec struct{}

func (rawCodec) Name() string                      { return "proto" }
func (rawCodec) Marshal(value any) ([]byte, error) { return *value.(*[]byte), nil }
func (rawCodec) Unmarshal(data []byte, value any) error {
	*value.(*[]byte) = append([]byte(nil), data...)
	return nil
}

type result struct {
	Calls      int     `json:"calls"`
	Failed     int64   `json:"failed"`
	Seconds    float64 `json:"seconds"`
	PerSecond  float64 `json:"per_second"`
	P50Ms      float64 `json:"p50_ms"`
	P99Ms      float64 `json:"p99_ms"`
	InFlight   int     `json:"in_flight"`
	FirstError string  `json:"first_error,omitempty"`
}

func main() {
	address := flag.String("address", "", "server")
	method := flag.String("method", "", "full method, /package.Service/Method")
	file := flag.String("request", "", "file with the request's bytes, or a folder of such files")
	inFlight := flag.Int("in-flight", 1, "calls at a time")
	seconds := flag.Float64("seconds", 1, "how long")
	connections := flag.Int("connections", 4, "connections the calls are spread over")
	salt := flag.Uint64("salt", uint64(time.Now().UnixNano()), "start of the fresh numbers")
	once := flag.String("save", "", "call once and save the answer's bytes to this file")
	sent := flag.String("send", "", "call a client-streaming method once: the request, then this file in pieces")
	received := flag.Bool("receive", false, "call a server-streaming method once and read its answer")
	flag.Parse()

	requests, err := read(*file)
	if err != nil {
		log.Fatal(err)
	}
	channels := make([]*grpc.ClientConn, *connections)
	for i := range channels {
		channels[i], err = grpc.NewClient(*address,
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{})))
		if err != nil {
			log.Fatal(err)
		}
		defer channels[i].Close()
	}
	var counter atomic.Uint64
	counter.Store(*salt)
	if *once != "" {
		answer, err := call(channels[0], *method, requests[0], &counter)
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(*once, answer, 0o644); err != nil {
			log.Fatal(err)
		}
		return
	}
	if *sent != "" || *received {
		elapsed, err := stream(channels[0], *method, requests[0], *sent)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(elapsed.Seconds())
		return
	}
	measured := run(channels, *method, requests, &counter, *inFlight, time.Duration(*seconds*float64(time.Second)))
	if err := json.NewEncoder(os.Stdout).Encode(measured); err != nil {
		log.Fatal(err)
	}
}

func call(channel *grpc.ClientConn, method string, request []byte, counter *atomic.Uint64) ([]byte, error) {
	if bytes.Contains(request, placeholder) {
		fresh := append([]byte(nil), request...)
		for at := bytes.Index(fresh, placeholder); at >= 0; at = bytes.Index(fresh, placeholder) {
			number := counter.Add(1)
			copy(fresh[at:], fmt.Sprintf("%04x-%011x", number&0xffff, number&0xfffffffffff))
		}
		request = fresh
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if token := os.Getenv("RMOS_TOKEN"); token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	}
	var answer []byte
	err := channel.Invoke(ctx, method, &request, &answer)
	return answer, err
}

func read(path string) ([][]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	names := []string{path}
	if info.IsDir() {
		if names, err = filepath.Glob(filepath.Join(path, "*")); err != nil {
			return nil, err
		}
	}
	requests := make([][]byte, len(names))
	for i, name := range names {
		if requests[i], err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return requests, nil
}

func run(channels []*grpc.ClientConn, method string, requests [][]byte, counter *atomic.Uint64, inFlight int,
	duration time.Duration) result {
	var (
		group  sync.WaitGroup
		mutex  sync.Mutex
		all    []float64
		failed atomic.Int64
		first  atomic.Value
		next   atomic.Uint64
	)
	started := time.Now()
	until := started.Add(duration)
	for worker := range inFlight {
		group.Add(1)
		go func() {
			defer group.Done()
			var own []float64
			for time.Now().Before(until) {
				before := time.Now()
				request := requests[next.Add(1)%uint64(len(requests))]
				if _, err := call(channels[worker%len(channels)], method, request, counter); err != nil {
					failed.Add(1)
					first.CompareAndSwap(nil, err.Error())
					continue
				}
				own = append(own, float64(time.Since(before).Microseconds())/1000)
			}
			mutex.Lock()
			all = append(all, own...)
			mutex.Unlock()
		}()
	}
	group.Wait()
	elapsed := time.Since(started).Seconds()
	sort.Float64s(all)
	measured := result{Calls: len(all), Failed: failed.Load(), Seconds: elapsed, InFlight: inFlight}
	if len(all) > 0 {
		measured.PerSecond = float64(len(all)) / elapsed
		measured.P50Ms = all[len(all)/2]
		measured.P99Ms = all[len(all)*99/100]
	}
	if text, ok := first.Load().(string); ok {
		measured.FirstError = text
	}
	return measured
}
