using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Shared.Errors;
using Platform.Shared.Paging;
using Platform.Shared.Requests;
using Platform.Shared.Security;

namespace Platform.Shared.Tests.Members;

public sealed class MemberEndpoint(
    Operations<MemberDbContext> operations, IServiceProvider services) : MemberService.MemberServiceBase
{
    [Allow(CallerRole.Operator, CallerRole.SiteAdmin)]
    public override async Task<JoinResponse> Join(JoinRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var name = validation.Text(request.Name, "name");
        validation.ThrowIfInvalid();
        return await operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var member = new Member { Id = op.Db.NewId(), NetworkId = op.Caller.NetworkId, Age = request.Age }.Rename(name);
            op.Db.Members.Add(member);
            op.Audit("member.join", "member", member.Id, member.Id);
            await op.Db.SaveChangesAsync(op.CancellationToken);
            Faults.Throw(request.Fault, name);
            return new JoinResponse { MemberId = member.Id.ToString(), Etag = Etag.Of(member.Version) };
        });
    }

    [Allow(CallerRole.Operator)]
    public override async Task<JoinResponse> Rename(RenameRequest request, ServerCallContext context)
    {
        var validation = new Validation();
        var id = validation.Id(request.MemberId, "member_id");
        validation.ThrowIfInvalid();
        return await operations.CommandAsync(context, request.RequestId, request, async op =>
        {
            var member = await op.Db.Members.SingleOrDefaultAsync(m => m.Id == id, op.CancellationToken)
                ?? throw DomainError.NotFound("member").ToException();
            Etag.Require(request.Etag, member.Version);
            member.Rename(request.Name);
            return new JoinResponse { MemberId = request.MemberId, Etag = Etag.Of(member.Version) };
        });
    }

    [Allow(CallerRole.Operator, CallerRole.Clinician, CallerRole.Service)]
    public override async Task<MemberReply> Read(ReadRequest request, ServerCallContext context)
    {
        if (request.Fault == "wait")
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return await operations.AuditedReadAsync(context, async op =>
        {
            var id = Guid.Parse(request.MemberId);
            var member = await op.Db.Members.SingleOrDefaultAsync(m => m.Id == id, op.CancellationToken)
                ?? throw DomainError.NotFound("member").ToException();
            op.Audit("member.read", "member", id, id, "TREATMENT");
            Faults.Throw(request.Fault, member.Name);
            return new MemberReply { MemberId = request.MemberId, Name = member.Name, Etag = Etag.Of(member.Version) };
        });
    }

    [Allow(CallerRole.Operator)]
    public override async Task<JoinResponse> Upload(IAsyncStreamReader<JoinRequest> requestStream, ServerCallContext context)
    {
        await requestStream.MoveNext(context.CancellationToken);
        Faults.Throw(requestStream.Current.Fault, requestStream.Current.Name);
        return new JoinResponse();
    }

    [Allow(CallerRole.Operator)]
    public override async Task Follow(ReadRequest request, IServerStreamWriter<MemberReply> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new MemberReply { MemberId = request.MemberId });
        Faults.Throw(request.Fault, "");
    }

    [Allow(CallerRole.Operator)]
    public override async Task Converse(
        IAsyncStreamReader<ReadRequest> requestStream, IServerStreamWriter<MemberReply> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            await responseStream.WriteAsync(new MemberReply { MemberId = requestStream.Current.MemberId });
            Faults.Throw(requestStream.Current.Fault, "");
        }
    }

    /// <summary>Asks before its transaction, as an RPC does that needs what another service knows.</summary>
    [Allow(CallerRole.Operator)]
    public override Task<JoinResponse> Vouch(JoinRequest request, ServerCallContext context) => operations.CommandAsync(
        context,
        request.RequestId,
        request,
        services.GetRequiredService<Func<Task<string>>>(),
        (_, answer) => Task.FromResult(new JoinResponse { MemberId = answer }));

    /// <summary>Asks a service of the same kind, with this service's own identity.</summary>
    [Allow(CallerRole.Operator)]
    public override async Task<MemberReply> Relay(ReadRequest request, ServerCallContext context)
    {
        var client = services.GetRequiredService<MemberService.MemberServiceClient>();
        var identity = services.GetRequiredService<ServiceIdentity>();
        return await client.ReadAsync(request, identity.HeadersFor(context.GetCaller().NetworkId));
    }
}

internal static class Faults
{
    /// <summary>Throws what a request asks for, with what must not be repeated in its text.</summary>
    public static void Throw(string fault, string name)
    {
        switch (fault)
        {
            case "bug":
                throw new FormatException($"The input '{name}' was not right.", new InvalidOperationException(name));
            case "domain":
                throw DomainError.Exhausted("PROGRAM_FULL", "No place is left.").ToException();
        }
    }
}
