using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Platform.Local.Identity;

namespace Platform.Local.Calling;

/// <summary>
/// <c>call ROLE SERVICE/METHOD JSON [PATH…]</c>: calls an RPC of the running platform through the gateway and prints the answer, or
/// of each answer only what is at the paths, such as <c>places.0.programId</c>, in one line for shell variables: texts without
/// their quotes, but escaped, so that they can be put into another call's JSON as they are.
/// </summary>
internal static class CallCommand
{
    /// <summary>Every protocol file of the contract: the generator makes one <c>…Reflection</c> class for each.</summary>
    private static readonly FileDescriptor[] Files =
    [
        .. typeof(Enrollment.V1.SitesReflection).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => type.GetProperty("Descriptor", typeof(FileDescriptor))?.GetValue(null))
            .OfType<FileDescriptor>()
            .OrderBy(file => file.Name, StringComparer.Ordinal),
    ];

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var role, var name, .. var rest])
        {
            return Usage.Print();
        }

        var method = Find(name);
        if (method is null || method.IsClientStreaming)
        {
            await Console.Error.WriteLineAsync($"There is no such method: {name}. Methods that take no file:");
            foreach (var known in Methods().Where(m => !m.IsClientStreaming))
            {
                await Console.Error.WriteLineAsync($"  {known.Service.Name}/{known.Name}");
            }

            return 2;
        }

        using var platform = await RunningPlatform.FindAsync();
        if (platform is null)
        {
            await Console.Error.WriteLineAsync("The platform does not run here. Start it with: dotnet run --project deploy/Local");
            return 1;
        }

        try
        {
            var request = method.InputType.Parser.ParseJson(rest is [var json, ..] ? json : "{}");
            GiveRequestId(request);
            var headers = platform.As(DevelopmentIdentity.Of(role, PayerOf(request)));
            await PrintAnswersAsync(platform.Invoker, method, request, new CallOptions(headers), rest is [_, .. var paths] ? paths : []);
            return 0;
        }
        catch (RpcException e)
        {
            await Console.Error.WriteLineAsync($"{e.StatusCode}: {e.Status.Detail}");
            return 1;
        }
        catch (Exception e) when (e is InvalidJsonException or InvalidProtocolBufferException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    private static IEnumerable<MethodDescriptor> Methods() => Files.SelectMany(f => f.Services).SelectMany(s => s.Methods);

    private static MethodDescriptor? Find(string name) =>
        Methods().FirstOrDefault(m => name == $"{m.Service.Name}/{m.Name}" || name == $"{m.Service.FullName}/{m.Name}");

    /// <summary>A request that changes something needs an id; a person at a keyboard need not think of one.</summary>
    private static void GiveRequestId(IMessage request)
    {
        if (request.Descriptor.FindFieldByName("request_id") is { } field && field.Accessor.GetValue(request) is "")
        {
            field.Accessor.SetValue(request, Guid.CreateVersion7().ToString());
        }
    }

    private static Guid? PayerOf(IMessage request) =>
        request.Descriptor.FindFieldByName("payer_id") is { } field
        && Guid.TryParse(field.Accessor.GetValue(request) as string, out var payer) ? payer : null;

    private static async Task PrintAnswersAsync(
        CallInvoker invoker, MethodDescriptor descriptor, IMessage request, CallOptions options, string[] paths)
    {
        var method = new Method<IMessage, IMessage>(
            descriptor.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary,
            descriptor.Service.FullName,
            descriptor.Name,
            Marshallers.Create<IMessage>(m => m.ToByteArray(), bytes => descriptor.InputType.Parser.ParseFrom(bytes)),
            Marshallers.Create<IMessage>(m => m.ToByteArray(), bytes => descriptor.OutputType.Parser.ParseFrom(bytes)));
        if (!descriptor.IsServerStreaming)
        {
            Console.WriteLine(Text(await invoker.AsyncUnaryCall(method, null, options, request), paths));
            return;
        }

        using var call = invoker.AsyncServerStreamingCall(method, null, options, request);
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            Console.WriteLine(Text(call.ResponseStream.Current, paths));
        }
    }

    private static string Text(IMessage answer, string[] paths)
    {
        if (paths.Length == 0)
        {
            return new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation()).Format(answer);
        }

        var json = JsonNode.Parse(new JsonFormatter(JsonFormatter.Settings.Default.WithFormatDefaultValues(true)).Format(answer))!;
        return string.Join(' ', paths.Select(path => Bare(At(json, path))));
    }

    private static string Bare(JsonNode value) =>
        value.ToJsonString(Plain) is var json && value.GetValueKind() == JsonValueKind.String ? json[1..^1] : json;

    /// <exception cref="InvalidOperationException">The answer has nothing there.</exception>
    private static JsonNode At(JsonNode json, string path)
    {
        foreach (var step in path.Split('.'))
        {
            json = json switch
            {
                JsonArray array when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < array.Count
                    => array[index],
                JsonObject fields => fields[step],
                _ => null,
            } ?? throw new InvalidOperationException($"The answer has no {path}.");
        }

        return json;
    }
}
