using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Platform.Grpc.Tests.Interop;
using Alpha = Grpc.Reflection.V1Alpha;

namespace Platform.Grpc.Tests.Server;

public sealed class ReflectionTests
{
    [Fact]
    public async Task The_mapped_services_are_listed()
    {
        var response = await AskAsync(new ServerReflectionRequest { ListServices = "" });

        response.ListServicesResponse.Service.Select(service => service.Name).ShouldBe(
            ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "grpc.testing.TestService"]);
    }

    [Theory]
    [InlineData("grpc.testing.TestService", "grpc/testing/test.proto")]
    [InlineData("grpc.testing.TestService.UnaryCall", "grpc/testing/test.proto")]
    [InlineData("grpc.testing.SimpleRequest", "grpc/testing/messages.proto")]
    [InlineData("grpc.testing.SimpleRequest.response_size", "grpc/testing/messages.proto")]
    [InlineData("grpc.testing.PayloadType", "grpc/testing/messages.proto")]
    [InlineData("grpc.testing.LoadBalancerStatsResponse.RpcsByPeer", "grpc/testing/messages.proto")]
    public async Task A_symbol_is_answered_with_its_file_and_all_that_the_file_imports(string symbol, string file)
    {
        var request = new ServerReflectionRequest { Host = "here", FileContainingSymbol = symbol };
        var response = await AskAsync(request);

        response.ValidHost.ShouldBe("here");
        response.OriginalRequest.ShouldBe(request);
        var files = Files(response);
        files[0].Name.ShouldBe(file);
        files.SelectMany(item => item.Dependency).ShouldBeSubsetOf(files.Select(item => item.Name));
    }

    [Fact]
    public async Task A_file_is_found_by_its_name()
    {
        var response = await AskAsync(new ServerReflectionRequest { FileByFilename = "grpc/testing/empty.proto" });

        Files(response).ShouldHaveSingleItem().Package.ShouldBe("grpc.testing");
    }

    [Theory]
    [InlineData("{ \"fileByFilename\": \"none.proto\" }", StatusCode.NotFound)]
    [InlineData("{ \"fileContainingSymbol\": \"no.Body\" }", StatusCode.NotFound)]
    [InlineData("{ \"fileContainingExtension\": { \"containingType\": \"grpc.testing.Empty\", \"extensionNumber\": 5 } }", StatusCode.NotFound)]
    [InlineData("{ \"allExtensionNumbersOfType\": \"no.Body\" }", StatusCode.NotFound)]
    [InlineData("{ }", StatusCode.InvalidArgument)]
    public async Task What_is_not_there_is_an_error_in_the_response_and_the_stream_goes_on(string json, StatusCode code)
    {
        var response = await AskAsync(JsonParser.Default.Parse<ServerReflectionRequest>(json));

        response.ErrorResponse.ErrorCode.ShouldBe((int)code);
    }

    [Fact]
    public async Task A_message_without_extensions_has_no_extension_numbers()
    {
        var response = await AskAsync(new ServerReflectionRequest { AllExtensionNumbersOfType = "grpc.testing.Empty" });

        response.AllExtensionNumbersResponse.BaseTypeName.ShouldBe("grpc.testing.Empty");
        response.AllExtensionNumbersResponse.ExtensionNumber.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_older_version_answers_the_same()
    {
        await using var server = await StartAsync();
        using var call = new Alpha.ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();

        await call.RequestStream.WriteAsync(new Alpha.ServerReflectionRequest { FileByFilename = "grpc/testing/empty.proto" });
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();

        var proto = FileDescriptorProto.Parser.ParseFrom(call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto.ShouldHaveSingleItem());
        proto.Name.ShouldBe("grpc/testing/empty.proto");
        await call.RequestStream.CompleteAsync();
    }

    private static List<FileDescriptorProto> Files(ServerReflectionResponse response) =>
        [.. response.FileDescriptorResponse.FileDescriptorProto.Select(bytes => FileDescriptorProto.Parser.ParseFrom(bytes))];

    private static async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
    {
        await using var server = await StartAsync();
        using var call = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(request);
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        var response = call.ResponseStream.Current;

        // Whatever the answer was, the next request gets one too.
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        (await call.ResponseStream.MoveNext()).ShouldBeTrue();
        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext()).ShouldBeFalse();
        return response;
    }

    private static Task<GrpcServer> StartAsync() => GrpcServer.StartAsync(
        services: services => services.AddGrpcReflection(),
        map: app =>
        {
            app.MapGrpcService<TestServiceImpl>();
            app.MapGrpcReflectionService();
        });
}
