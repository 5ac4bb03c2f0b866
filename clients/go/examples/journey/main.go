// Command journey does what a CAM tool does in a day: it watches, records a run, uploads a long program that breaks off and
// goes on, and reads what an error says.
//
//	go run ./examples/journey 127.0.0.1:50062 create_run.json program.nc
//
// It prints a line for each step. create_run.json is a CreateRunRequest.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	runsv1 "github.com/rmos-project/rmos/clients/go/rmos/runs/v1"
	typev1 "github.com/rmos-project/rmos/clients/go/rmos/type/v1"
)

const chunkBytes = 256 * 1024

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: journey ADDRESS CREATE_RUN_JSON PROGRAM")
	}
	connection, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	runs := runsv1.NewRunsServiceClient(connection)

	watchAndRecord(ctx, runs, os.Args[2])
	upload(ctx, runsv1.NewAttachmentsServiceClient(connection), os.Args[3])
	readAnError(ctx, runs)
	readANewerServer()
}

// watchAndRecord sees a run by the stream that was open before it was recorded.
func watchAndRecord(ctx context.Context, runs runsv1.RunsServiceClient, file string) {
	text, err := os.ReadFile(file)
	check(err)
	request := &runsv1.CreateRunRequest{}
	check(protojson.Unmarshal(text, request))
	watching, err := runs.WatchRuns(ctx, &runsv1.WatchRunsRequest{})
	check(err)
	_, err = watching.Header() // from here on nothing is missed
	check(err)
	created, err := runs.CreateRun(ctx, request)
	check(err)
	run := created.GetRun()
	for {
		seen, err := watching.Recv()
		check(err)
		if seen.GetRun().GetRunId() == run.GetRunId() {
			break
		}
	}
	scored, absent, zero := 0, 0, 0
	for _, assessment := range run.GetFeasibility().GetAssessments() {
		switch {
		case assessment.Score == nil:
			absent++
		case *assessment.Score == 0:
			zero++
		default:
			scored++
		}
	}
	fmt.Println("watched", run.GetRunId(), run.GetDecision().GetRiskLevel())
	fmt.Println("scores", scored, "absent", absent, "zero", zero)
}

// upload breaks off in the middle, asks what arrived, and goes on there.
func upload(ctx context.Context, attachments runsv1.AttachmentsServiceClient, file string) {
	data, err := os.ReadFile(file)
	check(err)
	digest := fmt.Sprintf("%x", sha256.Sum256(data))
	header := &runsv1.UploadHeader{Sha256: digest, SizeBytes: int64(len(data)), Kind: "gcode", Filename: "program.nc"}

	broken, breakOff := context.WithCancel(ctx)
	stream, err := attachments.UploadAttachment(broken)
	check(err)
	send(stream, header, data[:len(data)/2])
	breakOff()
	header.OffsetBytes = committed(ctx, attachments, digest)

	stream, err = attachments.UploadAttachment(ctx)
	check(err)
	send(stream, header, data[header.OffsetBytes:])
	answer, err := stream.CloseAndRecv()
	check(err)
	fmt.Println("went on", header.OffsetBytes > 0, "stored", answer.GetAttachment().GetSizeBytes(), answer.GetAttachment().GetSha256())
}

// committed is what the server keeps of a broken upload, once it has noticed that it broke.
func committed(ctx context.Context, attachments runsv1.AttachmentsServiceClient, digest string) int64 {
	last := int64(0)
	for range 100 {
		found, err := attachments.FindMissingAttachments(ctx, &runsv1.FindMissingAttachmentsRequest{Sha256: []string{digest}})
		check(err)
		kept := found.GetMissing()[0].GetCommittedSizeBytes()
		if kept > 0 && kept == last {
			return kept
		}
		last = kept
		time.Sleep(100 * time.Millisecond)
	}
	return last
}

func send(stream grpc.ClientStreamingClient[runsv1.UploadAttachmentRequest, runsv1.UploadAttachmentResponse], header *runsv1.UploadHeader, data []byte) {
	check(stream.Send(&runsv1.UploadAttachmentRequest{Payload: &runsv1.UploadAttachmentRequest_Header{Header: header}}))
	for len(data) > 0 {
		size := min(chunkBytes, len(data))
		check(stream.Send(&runsv1.UploadAttachmentRequest{Payload: &runsv1.UploadAttachmentRequest_Chunk{Chunk: data[:size]}}))
		data = data[size:]
	}
}

// readAnError decodes what an error says with the standard types.
func readAnError(ctx context.Context, runs runsv1.RunsServiceClient) {
	_, err := runs.GetRun(ctx, &runsv1.GetRunRequest{Name: "runs/run_ffffffffffff"})
	failed := status.Convert(err)
	for _, detail := range failed.Details() {
		switch known := detail.(type) {
		case *errdetails.ErrorInfo:
			fmt.Println(failed.Code(), known.GetReason())
		case *errdetails.RequestInfo:
			fmt.Println("request id", known.GetRequestId() != "")
		}
	}
}

// readANewerServer keeps a level that this program does not know.
func readANewerServer() {
	sent, err := proto.Marshal(&typev1.Assessment{Risk: typev1.RiskLevel(99)})
	check(err)
	read := &typev1.Assessment{}
	check(proto.Unmarshal(sent, read))
	fmt.Println("unknown level", int32(read.GetRisk()))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
