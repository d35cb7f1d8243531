using Platform.Grpc.Tests.Server;

namespace Platform.Grpc.Tests.Interop;

/// <summary>The interop cases with grpc-js as the client and this runtime as the server. What is sent and asserted is in
/// <c>js/client.js</c>.</summary>
public class GrpcJsClientTests
{
    [Theory]
    [InlineData("empty_unary")]
    [InlineData("large_unary")]
    [InlineData("client_streaming")]
    [InlineData("server_streaming")]
    [InlineData("ping_pong")]
    [InlineData("empty_stream")]
    [InlineData("cancel_after_begin")]
    [InlineData("cancel_after_first_response")]
    [InlineData("timeout_on_sleeping_server")]
    [InlineData("custom_metadata")]
    [InlineData("status_code_and_message")]
    [InlineData("special_status_message")]
    [InlineData("unimplemented_service")]
    [InlineData("unimplemented_method")]
    [InlineData("client_compressed_unary")]
    [InlineData("server_compressed_unary")]
    [InlineData("client_compressed_streaming")]
    [InlineData("server_compressed_streaming")]
    public async Task A_client_of_grpc_js_is_served(string interopCase)
    {
        await using var server = await GrpcServer.StartAsync();
        await Node.RunAsync("client.js", $"{server.Port}", interopCase);
    }
}
