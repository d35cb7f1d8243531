using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Platform.Shared.Auditing;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;
using Platform.Shared.Security;

namespace Platform.Shared.Requests;

/// <summary>How an RPC does its work: in one transaction of the caller's network, once for each request id, with its audit rows.</summary>
/// <typeparam name="TDb">The service's store.</typeparam>
public sealed class Operations<TDb>(Database<TDb> database)
    where TDb : ServiceDbContext
{
    /// <summary>
    /// Runs a mutating RPC. A repeat with the same request id gets the first answer; another request under that id is refused.
    /// </summary>
    /// <param name="context">The call.</param>
    /// <param name="requestId">The request's <c>request_id</c>, a UUID (AIP-155).</param>
    /// <param name="request">The request; for a streamed file, a message that stands for it (its header with a hash).</param>
    /// <param name="work">What to do; may run again after a conflict.</param>
    /// <exception cref="DomainException">INVALID_ARGUMENT: no request id. ALREADY_EXISTS: used for another request.</exception>
    public Task<TResponse> CommandAsync<TResponse>(
        ServerCallContext context, string requestId, IMessage request, Func<Operation<TDb>, Task<TResponse>> work)
        where TResponse : class, IMessage<TResponse>, new()
    {
        var (id, caller, fingerprint) = Identify(context, requestId, request);
        return database.WriteAsync(
            caller.NetworkId,
            Actor(caller),
            db => [RequestLog.Note(db, id, context.Method, fingerprint)],
            async (db, noted, cancellationToken) =>
            {
                if (noted == 0)
                {
                    return Parse<TResponse>((await RequestLog.FindAnswerAsync(db, id, fingerprint, cancellationToken))!);
                }

                var response = await work(new Operation<TDb>(db, caller, cancellationToken));
                db.WithCommit(RequestLog.Answer(db, id, response.ToByteArray()));
                return response;
            },
            context.CancellationToken);
    }

    /// <summary>
    /// Runs a mutating RPC that asks other services, or checks what they said, before its transaction. A repeat of one that was
    /// answered gets the first answer without asking them again, so also while they do not answer or would answer otherwise.
    /// </summary>
    /// <param name="context">The call.</param>
    /// <param name="requestId">The request's <c>request_id</c>, a UUID (AIP-155).</param>
    /// <param name="request">The request.</param>
    /// <param name="ask">Asks, outside of every transaction.</param>
    /// <param name="work">What to do with what was said; may run again after a conflict.</param>
    /// <exception cref="DomainException">INVALID_ARGUMENT: no request id. ALREADY_EXISTS: used for another request.</exception>
    public async Task<TResponse> CommandAsync<TFacts, TResponse>(
        ServerCallContext context, string requestId, IMessage request, Func<Task<TFacts>> ask, Func<Operation<TDb>, TFacts, Task<TResponse>> work)
        where TResponse : class, IMessage<TResponse>, new()
    {
        var (id, caller, fingerprint) = Identify(context, requestId, request);
        var answer = await database.ReadAsync(
            caller.NetworkId,
            (db, cancellationToken) => RequestLog.FindAnswerAsync(db, id, fingerprint, cancellationToken),
            context.CancellationToken);
        if (answer is not null)
        {
            return Parse<TResponse>(answer);
        }

        var facts = await ask();
        return await CommandAsync(context, requestId, request, op => work(op, facts));
    }

    /// <summary>Runs an RPC that reads a person's record, and leaves the audit rows that it notes.</summary>
    public Task<TResponse> AuditedReadAsync<TResponse>(ServerCallContext context, Func<Operation<TDb>, Task<TResponse>> work)
    {
        var caller = context.GetCaller();
        return database.WriteAsync(
            caller.NetworkId,
            Actor(caller),
            (db, cancellationToken) => work(new Operation<TDb>(db, caller, cancellationToken)),
            context.CancellationToken);
    }

    /// <summary>Runs an RPC that reads nothing of a person's record.</summary>
    public Task<TResponse> ReadAsync<TResponse>(ServerCallContext context, Func<Operation<TDb>, Task<TResponse>> work)
    {
        var caller = context.GetCaller();
        return database.ReadAsync(
            caller.NetworkId,
            (db, cancellationToken) => work(new Operation<TDb>(db, caller, cancellationToken)),
            context.CancellationToken);
    }

    private static (Guid Id, Caller Caller, byte[] Fingerprint) Identify(ServerCallContext context, string requestId, IMessage request)
    {
        var validation = new Validation();
        var id = validation.Id(requestId, "request_id");
        validation.ThrowIfInvalid();
        var caller = context.GetCaller();
        return (id, caller, RequestLog.Fingerprint(context.Method, caller.Subject, request));
    }

    private static TResponse Parse<TResponse>(byte[] answer)
        where TResponse : IMessage<TResponse>, new()
    {
        var response = new TResponse();
        response.MergeFrom(answer);
        return response;
    }

    private static AuditActor Actor(Caller caller) =>
        new(caller.Subject, RoleNames.Of(caller.Role), Activity.Current?.TraceId.ToString() ?? string.Empty);
}
