module github.com/rmos-project/rmos/clients/go

go 1.24

