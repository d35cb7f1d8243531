using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Platform.Shared.Errors;

/// <summary>
/// Describes an exception for the log: types, codes and stack traces. The messages stay out, for any of them may repeat what a
/// caller sent (a name that did not parse, a row that was refused).
/// </summary>
internal static class SafeException
{
    public static string Describe(Exception exception)
    {
        var text = new StringBuilder();
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (text.Length > 0)
            {
                text.Append("\n---> ");
            }

            text.Append(e.GetType().FullName).Append(Facts(e));
            if (e.StackTrace is { } stack)
            {
                text.Append('\n').Append(stack);
            }
        }

        return text.ToString();
    }

    private static string Facts(Exception exception) => exception switch
    {
        DomainException e => $" {e.Error.Code}: {e.Message}",
        RpcException e => $" {e.StatusCode}",
        PostgresException e => $" {e.SqlState} {e.TableName} {e.ConstraintName}".TrimEnd(),
        SqliteException e => $" {e.SqliteErrorCode}/{e.SqliteExtendedErrorCode}",
        SocketException e => $" {e.SocketErrorCode}",
        _ => string.Empty,
    };
}
