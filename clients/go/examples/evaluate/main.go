// Command evaluate asks a feasibility server about a classical rosette channel.
//
//	go run ./examples/evaluate 127.0.0.1:50061
//
// RMOS_CA names the authority of a server with TLS, RMOS_TOKEN a token or key, RMOS_CERTIFICATE and RMOS_KEY a
// certificate.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	feasibilityv1 "github.com/rmos-project/rmos/clients/go/rmos/feasibility/v1"
	typev1 "github.com/rmos-project/rmos/clients/go/rmos/type/v1"
)

func main() {
	address := "127.0.0.1:50061"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	transport, err := transportCredentials()
	if err != nil {
		log.Fatal(err)
	}
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(transport))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if token := os.Getenv("RMOS_TOKEN"); token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	}
	response, err := feasibilityv1.NewFeasibilityServiceClient(connection).EvaluateFeasibility(ctx, request())
	if err != nil {
		log.Fatal(err)
	}
	report := response.GetReport()
	fmt.Printf("%s %.0f %s\n", report.GetOverallRisk(), report.GetOverallScore(), report.GetEngineId())
	for _, assessment := range report.GetAssessments() {
		fmt.Println(" ", assessment.GetFinding())
	}
}

// transportCredentials are TLS where RMOS_CA is set, with a certificate of one's own where RMOS_CERTIFICATE is.
func transportCredentials() (credentials.TransportCredentials, error) {
	authority := os.Getenv("RMOS_CA")
	if authority == "" {
		return insecure.NewCredentials(), nil
	}
	pem, err := os.ReadFile(authority)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", authority)
	}
	if certificate := os.Getenv("RMOS_CERTIFICATE"); certificate != "" {
		own, err := tls.LoadX509KeyPair(certificate, os.Getenv("RMOS_KEY"))
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{own}
	}
	return credentials.NewTLS(config), nil
}

func request() *feasibilityv1.EvaluateFeasibilityRequest {
	return &feasibilityv1.EvaluateFeasibilityRequest{
		Design: &typev1.Design{
			Name: "classical rosette channel",
			Operation: &typev1.Design_RosetteChannel{RosetteChannel: &typev1.RosetteChannel{
				SoundholeRadiusMm: proto.Float64(42.5),
				InnerRadiusMm:     proto.Float64(46),
				OuterRadiusMm:     proto.Float64(58),
				DepthMm:           proto.Float64(1.3),
			}},
			Part: &typev1.Part{
				Shape: &typev1.Part_Rectangle{Rectangle: &typev1.RectanglePart{
					WidthMm:  proto.Float64(400),
					LengthMm: proto.Float64(520),
				}},
				Count:     proto.Int32(1),
				SpacingMm: proto.Float64(3),
			},
		},
		Context: &typev1.Context{
			Material: &typev1.Material{MaterialId: "spruce_sitka", MoisturePercent: proto.Float64(8)},
			Stock: &typev1.Stock{
				WidthMm:              proto.Float64(410),
				LengthMm:             proto.Float64(540),
				ThicknessMm:          proto.Float64(2.6),
				ThicknessToleranceMm: proto.Float64(0.1),
			},
			Tool: &typev1.Tool{
				ToolId:   "end_mill_3175_down",
				Wear:     typev1.ToolWear_TOOL_WEAR_SHARP,
				RunoutMm: proto.Float64(0.01),
			},
			Machine: &typev1.Machine{MachineId: "shapeoko_3"},
			Cut: &typev1.Cut{
				SpindleSpeedRpm:    proto.Float64(17000),
				FeedRateMmPerMin:   proto.Float64(1750),
				PlungeRateMmPerMin: proto.Float64(300),
				AxialDepthMm:       proto.Float64(0.65),
				RadialWidthMm:      proto.Float64(3.175),
				Direction:          typev1.CutDirection_CUT_DIRECTION_CLIMB,
				Cooling:            typev1.Cooling_COOLING_AIR,
			},
			SafetyConstraints: &typev1.SafetyConstraints{
				DustCollectionPresent: proto.Bool(true),
				StopsPresent:          proto.Bool(true),
			},
			Workholding: &typev1.Workholding{
				Method:      typev1.WorkholdingMethod_WORKHOLDING_METHOD_CLAMPS,
				ClampForceN: proto.Float64(400),
				Friction:    proto.Float64(0.25),
			},
		},
	}
}
