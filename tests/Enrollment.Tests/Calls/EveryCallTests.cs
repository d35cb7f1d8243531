using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Common.V1;
using Platform.Shared.Paging;

namespace Platform.Enrollment.Calls;

/// <summary>What holds for every unary call of the service, also for one that is added.</summary>
public sealed class EveryCallTests(Hosts hosts)
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    private static IReadOnlyList<MethodDescriptor> Calls { get; } =
    [
        .. typeof(V1.Episode).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(V1.Episode).Namespace && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!)
            .SelectMany(file => file.Services)
            .SelectMany(service => service.Methods)
            .Where(method => !method.IsClientStreaming && !method.IsServerStreaming),
    ];

    [Fact]
    public async Task Payers_and_strangers_are_let_in_nowhere()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        Calls.Count.ShouldBeGreaterThan(80);
        foreach (var call in Calls)
        {
            var request = Filled(call.InputType);
            (await StatusAsync(world, call, request, world.Tokens.Payer(world.Network, Guid.NewGuid()))).ShouldBe(StatusCode.PermissionDenied, call.FullName);
            (await StatusAsync(world, call, request, [])).ShouldBe(StatusCode.Unauthenticated, call.FullName);
        }
    }

    // An INTERNAL here is also an error in the log, which fails the test that shares the host.
    [Fact]
    public async Task Nonsense_in_any_field_is_the_callers_mistake_and_nobody_elses()
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        foreach (var call in Calls.Where(call => call.Name != "RecordJointDisclosure"))
        {
            var headers = call.Name == "CertifyEpisode" ? world.Tokens.Clinician(world.Network) : world.Operator;
            foreach (var (what, mistake, mayPass) in Mistakes(call.InputType))
            {
                var request = Filled(call.InputType);
                mistake(request);
                var status = await StatusAsync(world, call, request, headers);
                StatusCode[] expected = [StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.Aborted, StatusCode.FailedPrecondition];
                (expected.Contains(status) || (mayPass && status == StatusCode.OK)).ShouldBeTrue($"{call.FullName}, {what}: {status}");
            }
        }
    }

    [Fact]
    public async Task A_page_is_not_asked_for_with_the_token_of_another_list()
    {
        var world = await hosts.WorldAsync(Store.Sqlite);
        var lists = Calls.Where(call => call.InputType.FindFieldByName("page") is not null).ToList();
        lists.Count.ShouldBeGreaterThan(15);
        foreach (var call in lists)
        {
            foreach (var page in new PageRequest[] { new() { Token = PageToken.Encode(new { Other = 1 }) }, new() { Token = "?" }, new() { Size = -1 } })
            {
                var request = Filled(call.InputType);
                Put(request, call.InputType.FindFieldByName("page"), page);
                (await StatusAsync(world, call, request, world.Operator)).ShouldBe(StatusCode.InvalidArgument, $"{call.FullName}, {page}");
            }
        }
    }

    // PostgreSQL takes no NUL in a text, so that such a token ended as a fault of the service.
    [Theory]
    [InlineData("ListSites")]
    [InlineData("ListRegions")]
    [InlineData("ListRulePacks")]
    public async Task A_page_token_with_a_text_that_no_row_has_is_the_callers_mistake(string list)
    {
        var world = await hosts.WorldAsync(Store.Postgres);
        var call = Calls.Single(call => call.Name == list);
        var request = call.InputType.Parser.ParseFrom(ByteString.Empty);
        var token = PageToken.Encode(new { Shipped = false, Name = "a\0b", Number = 1, Id = Guid.NewGuid() });
        Put(request, call.InputType.FindFieldByName("page"), new PageRequest { Token = token });
        (await StatusAsync(world, call, request, world.Operator)).ShouldBe(StatusCode.InvalidArgument);
    }

    private static async Task<StatusCode> StatusAsync(World world, MethodDescriptor call, IMessage request, Metadata headers)
    {
        var method = new Method<byte[], byte[]>(MethodType.Unary, call.Service.FullName, call.Name, Bytes, Bytes);
        try
        {
            await world.Host.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(headers), request.ToByteArray());
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    /// <summary>A message with something in every field, so that no call ends at the first that is missing.</summary>
    private static IMessage Filled(MessageDescriptor type)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder().Where(f => !f.IsMap && (f.RealContainingOneof is not { } one || one.Fields[0] == f)))
        {
            if (Some(field) is not { } value)
                continue;
            if (field.IsRepeated)
                ((IList)field.Accessor.GetValue(message)).Add(value);
            else
                field.Accessor.SetValue(message, value);
        }

        return message;
    }

    private static object? Some(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message when field.MessageType == Timestamp.Descriptor => DateTimeOffset.UtcNow.ToTimestamp(),
        FieldType.Message when field.Name is "page" or "update_mask" => null,
        FieldType.Message => Filled(field.MessageType),
        FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, field.EnumType.Values[1].Number),
        FieldType.Int32 => 1,
        FieldType.Double => 1.0,
        FieldType.String => field.Name switch
        {
            "etag" => "\"1\"",
            "id" or "request_id" => World.NewId(),
            "on" or "from" or "to" or "until" or "last_day" or "effective_from" or "valid_from" or "birth_date" or "expected_return" => World.Today(),
            var name when name.EndsWith("_on", StringComparison.Ordinal) => World.Today(),
            var name when name.EndsWith("_id", StringComparison.Ordinal) => World.NewId(),
            _ => "x",
        },
        _ => null,
    };

    /// <summary>Each field of a message, also of those in it, with something that cannot be.</summary>
    private static IEnumerable<(string What, Action<IMessage> Mistake, bool MayPass)> Mistakes(MessageDescriptor type)
    {
        foreach (var field in type.Fields.InDeclarationOrder().Where(f => !f.IsMap))
        {
            foreach (var value in Impossible(field))
                yield return ($"{field.Name} = {value.ToString()![..Math.Min(20, value.ToString()!.Length)]}", message => Put(message, field, value), field.Name == "etag");
            if (field.IsRepeated && Some(field) is { } some)
                yield return ($"{field.Name} 3000 times", message => Put(message, field, [.. Enumerable.Repeat(some, 3000)]), true);
            if (field.FieldType != FieldType.Message || field.MessageType == Timestamp.Descriptor)
                continue;
            foreach (var (what, mistake, mayPass) in Mistakes(field.MessageType))
            {
                yield return ($"{field.Name}.{what}", message =>
                {
                    var inner = Filled(field.MessageType);
                    mistake(inner);
                    Put(message, field, inner);
                }, mayPass);
            }
        }
    }

    private static object[] Impossible(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => [new string('x', 150_000), "a\0b"],
        FieldType.Int32 => [int.MinValue, int.MaxValue],
        FieldType.Double => [double.NaN, double.PositiveInfinity, 1e300],
        FieldType.Enum => [System.Enum.ToObject(field.EnumType.ClrType, 9999)],
        FieldType.Message when field.MessageType == Timestamp.Descriptor => [new Timestamp { Seconds = long.MaxValue }],
        _ => [],
    };

    private static void Put(IMessage message, FieldDescriptor field, params object[] values)
    {
        if (!field.IsRepeated)
        {
            field.Accessor.SetValue(message, values[0]);
            return;
        }

        var list = (IList)field.Accessor.GetValue(message);
        list.Clear();
        foreach (var value in values)
            list.Add(value);
    }
}
