package main

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"time"

	"google.golang.org/grpc"
)

// piece is how much of a file one message carries; messages hold it as their field 2.
const (
	piece    = 256 * 1024
	pieceTag = 2<<3 | 2
)

// stream calls a streaming method once: with a file it sends, without one it receives.
func stream(channel *grpc.ClientConn, method string, request []byte, path string) (time.Duration, error) {
	if path == "" {
		return receive(channel, method, request)
	}
	return send(channel, method, request, path)
}

// send streams the request and then a file, piece by piece, and waits for the answer.
func send(channel *grpc.ClientConn, method string, request []byte, path string) (time.Duration, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	started := time.Now()
	stream, err := channel.NewStream(context.Background(), &grpc.StreamDesc{ClientStreams: true}, method)
	if err != nil {
		return 0, err
	}
	if err := stream.SendMsg(&request); err != nil {
		return 0, err
	}
	for {
		message := binary.AppendUvarint([]byte{pieceTag}, piece)
		head := len(message)
		message = append(message, make([]byte, piece)...)
		read, err := io.ReadFull(file, message[head:])
		if read == 0 {
			break
		}
		if read < piece {
			message = append(binary.AppendUvarint([]byte{pieceTag}, uint64(read)), message[head:head+read]...)
		}
		if err := stream.SendMsg(&message); errors.Is(err, io.EOF) {
			break // the answer says why
		} else if err != nil {
			return 0, err
		}
		if err != nil {
			break
		}
	}
	if err := stream.CloseSend(); err != nil {
		return 0, err
	}
	var answer []byte
	err = stream.RecvMsg(&answer)
	return time.Since(started), err
}

// receive reads every message of the answer.
func receive(channel *grpc.ClientConn, method string, request []byte) (time.Duration, error) {
	started := time.Now()
	stream, err := channel.NewStream(context.Background(), &grpc.StreamDesc{ServerStreams: true}, method)
	if err != nil {
		return 0, err
	}
	if err := stream.SendMsg(&request); err != nil {
		return 0, err
	}
	if err := stream.CloseSend(); err != nil {
		return 0, err
	}
	for {
		var answer []byte
		if err := stream.RecvMsg(&answer); errors.Is(err, io.EOF) {
			return time.Since(started), nil
		} else if err != nil {
			return 0, err
		}
	}
}
