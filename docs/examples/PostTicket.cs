// File a ticket and follow it until it has ended. .NET 6 or newer, or Mono 6.8 or newer.
using System;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

public static class PostTicket
{
    static readonly string Tickets = Environment.GetEnvironmentVariable("TTS_URL") + "/api/ticket/tickets/";
    static readonly string[] Ended = { "resolved", "rejected", "cancelled", "withdrawn" };
    static readonly HttpClient Http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };

    public static void Main()
    {
        Run().GetAwaiter().GetResult();
    }

    static async Task Run()
    {
        Http.DefaultRequestHeaders.Add("X-API-Key", Environment.GetEnvironmentVariable("TTS_API_KEY"));
        var body = @"{
          ""subject"": ""A drawing program for the training room"",
          ""category"": ""Software Installation"",
          ""department"": ""IT Department"",
          ""employee"": {""name"": ""Noor Haddad"", ""email"": ""noor.haddad@example.com""}
        }";
        var post = new HttpRequestMessage(HttpMethod.Post, Tickets);
        post.Content = new StringContent(body, Encoding.UTF8, "application/json");
        post.Headers.Add("Idempotency-Key", Environment.GetEnvironmentVariable("ORDER")); // run again, it is the same ticket
        var number = Field("ticket_number", await Send(post));
        Console.WriteLine(number);
        for (var seen = ""; !Ended.Contains(seen); await Task.Delay(2000))
        {
            var status = Field("status", await Send(new HttpRequestMessage(HttpMethod.Get, Tickets + number + "/")));
            if (status != seen) Console.WriteLine(status);
            seen = status;
        }
    }

    static async Task<string> Send(HttpRequestMessage request)
    {
        var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException((int)answer.StatusCode + ": " + text);
        return text;
    }

    // A program of its own would take System.Text.Json here.
    static string Field(string name, string json)
    {
        var found = Regex.Match(json, "\"" + name + "\":\"([^\"]*)\"");
        if (!found.Success) throw new InvalidOperationException("no " + name + " in " + json);
        return found.Groups[1].Value;
    }
}
