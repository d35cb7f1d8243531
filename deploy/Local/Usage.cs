namespace Platform.Local;

/// <summary>What this program can do.</summary>
internal static class Usage
{
    public static int Print()
    {
        Console.Error.WriteLine(
            """
            dotnet run --project deploy/Local                          start everything on http://localhost:8080 (gRPC on 8081)
            dotnet run --project deploy/Local -- demo                  play a person's way from referral to payment
            dotnet run --project deploy/Local -- import FILE           import sites from a facility file (.json or .csv)
            dotnet run --project deploy/Local -- watch [REGION_ID]     show the places of all sites, or of a region, as they change
            dotnet run --project deploy/Local -- call ROLE METHOD JSON call an RPC of the running platform, for example
                call operator SiteService/ListSites '{"withPrograms":true}'
                call operator SiteService/ListSites '{}' sites.0.id        prints only that, or several such values in one line
            """);
        return 2;
    }
}
