using Google.Protobuf;
using Grpc.Testing;

namespace Platform.Grpc.Tests.Client;

/// <summary>Messages of a size.</summary>
public static class Payloads
{
    public static Payload Of(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    public static StreamingOutputCallRequest Asking(params int[] sizes)
    {
        var request = new StreamingOutputCallRequest();
        request.ResponseParameters.AddRange(sizes.Select(size => new ResponseParameters { Size = size }));
        return request;
    }
}
