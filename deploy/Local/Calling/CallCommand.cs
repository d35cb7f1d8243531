using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Platform.Local.Identity;

namespace Platform.Local.Calling;

/// <summary><c>call ROLE SERVICE/METHOD JSON</c>: calls an RPC of the running platform through the gateway and prints the answer.</summary>
internal static class CallCommand
{
    private static readonly FileDescriptor[] Files =
    [
        Enrollment.V1.SitesReflection.Descriptor, Enrollment.V1.PlacementReflection.Descriptor,
        Enrollment.V1.ReferralsReflection.Descriptor, Enrollment.V1.EpisodesReflection.Descriptor,
        Scheduling.V1.CliniciansReflection.Descriptor, Scheduling.V1.GroupsReflection.Descriptor,
        Attendance.V1.RollsReflection.Descriptor, Attendance.V1.ServiceDaysReflection.Descriptor,
        Billing.V1.PayersReflection.Descriptor, Billing.V1.ClaimsReflection.Descriptor,
        Billing.V1.RemittancesReflection.Descriptor,
    ];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var role, var name, .. { Length: <= 1 } json])
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
            var request = method.InputType.Parser.ParseJson(json is [var text] ? text : "{}");
            GiveRequestId(request);
            var headers = platform.As(DevelopmentIdentity.Of(role, PayerOf(request)));
            await PrintAnswersAsync(platform.Invoker, method, request, new CallOptions(headers));
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

    private static async Task PrintAnswersAsync(CallInvoker invoker, MethodDescriptor descriptor, IMessage request, CallOptions options)
    {
        var method = new Method<IMessage, IMessage>(
            descriptor.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary,
            descriptor.Service.FullName,
            descriptor.Name,
            Marshallers.Create<IMessage>(m => m.ToByteArray(), bytes => descriptor.InputType.Parser.ParseFrom(bytes)),
            Marshallers.Create<IMessage>(m => m.ToByteArray(), bytes => descriptor.OutputType.Parser.ParseFrom(bytes)));
        var formatter = new JsonFormatter(JsonFormatter.Settings.Default.WithIndentation());
        if (!descriptor.IsServerStreaming)
        {
            Console.WriteLine(formatter.Format(await invoker.AsyncUnaryCall(method, null, options, request)));
            return;
        }

        using var call = invoker.AsyncServerStreamingCall(method, null, options, request);
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            Console.WriteLine(formatter.Format(call.ResponseStream.Current));
        }
    }
}
