using Grpc.Net.Client;
using Platform.Grpc.Tests.Server;

namespace Platform.Grpc.Tests.Interop;

/// <summary>The interop cases with this runtime as the client, of a server of grpc-js and of its own.</summary>
public class OwnClientTests(GrpcJsServer js) : IClassFixture<GrpcJsServer>
{
    public static TheoryData<string> Cases => new(InteropCases.All.Keys);

    // A server of grpc-js never compresses, so that of the two server_compressed cases only this is tested with it: a client
    // that offers encodings takes plain messages. It does see which requests were compressed.
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_server_of_grpc_js_is_called(string interopCase)
    {
        using var channel = GrpcChannel.ForAddress(js.Address);
        await InteropCases.All[interopCase](channel);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_runtimes_own_server_is_called(string interopCase)
    {
        await using var server = await GrpcServer.StartAsync();

        // A call that its client gave up at once may arrive when the server is being disposed.
        server.Logs.Expect("", "IServiceProvider");
        await InteropCases.All[interopCase](server.Channel);
    }
}
