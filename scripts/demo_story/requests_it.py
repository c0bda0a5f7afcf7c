"""What people ask the IT department for, and how such a request is talked about."""

from __future__ import annotations

from typing import Any

from demo_story.request import AGENT, NOTE, REQUESTER, Request

IT = "IT Department"
ROOMS = ("room 2.14", "room 3.07", "hall 2", "the reception", "the warehouse office", "the training room")
BOSSES = ("My team lead", "The head of my department")

SUPPORT: dict[str, Any] = {"category": "IT Support", "department": IT}
ACCESS: dict[str, Any] = {"category": "IT Support", "sub_category": "Access Request", "department": IT}
SOFTWARE: dict[str, Any] = {"category": "Software Installation", "department": IT}

IT_REQUESTS: tuple[Request, ...] = (
    Request(
        **SUPPORT,
        subject="{device} does not start",
        description="Since this morning the {device} in {room} stays dark. I have tried another socket and another "
        "cable. There was a smell of warm plastic yesterday evening.",
        choices={"device": ("laptop", "docking station", "monitor", "desk phone"), "room": ROOMS},
        talk=(
            (AGENT, "Thanks for the details. Is the small lamp beside the power socket on when you plug it in?"),
            (REQUESTER, "No, nothing at all, with either cable."),
            (NOTE, "Same model as the two from last month. I take a spare power supply along."),
            (AGENT, "It was the power supply. I have swapped it, and the {device} starts again."),
        ),
        hold=("waiting_for_supplier", "The replacement part arrives on Thursday."),
        returned="Which device is it? The asset number is missing.",
        done="Power supply replaced and tested.",
    ),
    Request(
        **SUPPORT,
        subject="Printer in {room} jams on every second page",
        description="The tray was refilled yesterday. Turning it off and on helps for about ten minutes, then the "
        "message “{message}” comes back.",
        choices={"room": ROOMS, "message": ("Paper jam in tray 2", "Open the rear cover", "Check the guides")},
        talk=(
            (AGENT, "I will have a look today. Please use the printer on the next floor until then."),
            (AGENT, "A torn sheet was stuck behind the fuser. It printed 50 pages without a jam."),
            (REQUESTER, "Works again, thank you!"),
        ),
        hold=("waiting_for_supplier", "New pick-up rollers are ordered."),
        returned="Please add the number on the printer's label.",
        done="Sheet removed, rollers cleaned, test print done.",
    ),
    Request(
        **SUPPORT,
        subject="No network in {room}",
        description="The wall sockets are dead and the wireless network drops every few minutes. {count} people are "
        "affected and can't reach the file server.",
        choices={"room": ROOMS, "count": ("Three", "Six", "About a dozen")},
        priorities={"high": 6, "urgent": 3, "medium": 2},
        talk=(
            (NOTE, "Switch port errors since 08:40 on that floor; two others have called about it."),
            (AGENT, "We see the fault: a switch on your floor has lost its uplink. Somebody is on the way."),
            (REQUESTER, "Good. We work with phone hotspots until then."),
            (AGENT, "The cable to the switch was damaged and is replaced. Please tell us if it drops again."),
        ),
        hold=("waiting_for_supplier", "The electrician has to open the floor duct first."),
        returned="Which sockets are affected? The numbers are on the frame.",
        done="Uplink cable replaced; no errors for an hour.",
    ),
    Request(
        **SUPPORT,
        subject="Mail to {partner} comes back",
        description="The answer says the message was refused by policy. We have an offer to send before noon on "
        "{weekday}. Nothing has changed on our side.",
        choices={
            "partner": ("the auditors", "our landlord", "a new supplier", "the insurance"),
            "weekday": ("Tuesday", "Thursday", "Friday"),
        },
        talk=(
            (AGENT, "Could you forward us one of the refused messages with its full header?"),
            (REQUESTER, "Sent to you as an attachment just now."),
            (NOTE, "Their gateway checks a record that we changed last week. Entry corrected, waiting for the caches."),
            (AGENT, "We have corrected an entry on our side. Please send it again; it should arrive now."),
        ),
        hold=("waiting_for_requester", "Waiting for one of the refused messages."),
        returned="Please name the exact address that refuses the mail.",
        done="Sender record corrected; a test mail was accepted.",
        until_answer=True,
    ),
    Request(
        **SUPPORT,
        subject="{program} closes by itself when I save",
        description="It happens with every file larger than a few pages since the update on {weekday}. I lose about "
        "ten minutes of work each time.",
        choices={
            "program": ("the spreadsheet program", "the drawing program", "the text editor", "the PDF reader"),
            "weekday": ("Monday", "Wednesday", "Friday"),
        },
        talk=(
            (AGENT, "Does it also happen when you save to your desktop instead of the network drive?"),
            (REQUESTER, "On the desktop it works. Only the team drive is affected."),
            (AGENT, "Thank you, that helps. The drive's offline copy was damaged; I have rebuilt it."),
        ),
        hold=("waiting_for_requester", "Waiting for a sample file."),
        returned="Which version is installed? See Help, About.",
        done="Offline copy of the team drive rebuilt.",
    ),
    Request(
        **SUPPORT,
        subject="Meeting room screen in {room} stays dark",
        description="The panel shows “{message}” and no picture, whichever laptop we connect. Guests arrive at {hour}.",
        choices={
            "room": ROOMS,
            "message": ("No signal", "Input not supported", "Starting"),
            "hour": ("10", "11", "14"),
        },
        priorities={"high": 5, "medium": 4, "urgent": 2},
        talk=(
            (AGENT, "I am on my way with another cable and a loan projector."),
            (AGENT, "The cable in the table was broken. The screen works; the projector stays with you today."),
            (REQUESTER, "Just in time. Thanks a lot."),
        ),
        hold=("waiting_for_supplier", "A new table cable is ordered."),
        returned="Please say which of the two screens is meant.",
        done="Table cable replaced.",
    ),
    Request(
        **SUPPORT,
        subject="Password forgotten after {reason}",
        description="The screen says that the account is locked. I can be reached on my mobile phone; the number is "
        "in the staff list.",
        choices={"reason": ("my holidays", "parental leave", "a week of training")},
        priorities={"medium": 6, "high": 3, "low": 1},
        talk=(
            (NOTE, "Called back on the number in the staff list; identity confirmed."),
            (AGENT, "Your account is unlocked. You will be asked for a new password when you sign in."),
        ),
        hold=("waiting_for_requester", "Not reached by phone; tried twice."),
        returned="Call back on the number in the staff list first, please.",
        done="Account unlocked after a call back.",
    ),
    Request(
        **SUPPORT,
        subject="Shared calendar of {team} shows old entries",
        description="Meetings that were cancelled weeks ago are still there, new ones appear only after a day. "
        "Colleagues see the same on their phones.",
        choices={"team": ("Sales", "Logistics", "the works council", "the apprentices")},
        priorities={"low": 5, "medium": 4},
        talk=(
            (AGENT, "Which of the entries should not be there? One example is enough."),
            (REQUESTER, "The budget meeting of last Tuesday, for instance."),
            (AGENT, "The calendar was connected twice. I have removed the older connection."),
        ),
        hold=("waiting_for_requester", "Waiting for an example."),
        returned="Is this the calendar on the server or a private one?",
        done="Duplicate connection removed; entries are correct.",
        until_answer=True,
    ),
    Request(
        **SUPPORT,
        subject="{machine} at {place} reads no barcodes",
        description="The light comes on but nothing is entered. We type the numbers by hand, which costs us an hour "
        "each shift.",
        choices={"machine": ("scanner", "hand scanner"), "place": ("gate 1", "gate 4", "the goods-in desk", "packing")},
        priorities={"high": 5, "medium": 4, "urgent": 1},
        talk=(
            (AGENT, "Please scan the setup sheet that hangs beside the station and tell me what it beeps."),
            (REQUESTER, "Three short beeps, then it works for a minute."),
            (NOTE, "Battery contact is worn. Spare units are in cupboard B."),
            (AGENT, "You have a spare unit now; yours goes to repair."),
        ),
        hold=("waiting_for_supplier", "The unit is with the manufacturer for repair."),
        returned="Which of the scanners? The number is under the handle.",
        done="Spare unit handed out, the old one sent to repair.",
    ),
    Request(
        **SUPPORT,
        subject="Strange mail that asks for my password",
        description="It looks like one of ours and links to a page called “{page}”. I have not clicked on anything. "
        "{count} colleagues got it, too.",
        choices={"page": ("staff portal", "mailbox quota", "salary letter"), "count": ("Two", "Several", "Four")},
        priorities={"urgent": 4, "high": 5},
        talk=(
            (AGENT, "Well spotted, and thank you for not clicking. Please forward it and delete it afterwards."),
            (NOTE, "Sender blocked, link blocked on the proxy. Nobody opened it, by the logs."),
            (AGENT, "The sender is blocked for everybody, and the message is removed from all mailboxes."),
        ),
        hold=("waiting_for_requester", "Waiting for the forwarded message."),
        returned="Please attach the message itself.",
        done="Sender and link blocked; message removed.",
    ),
    Request(
        **ACCESS,
        subject="Access to {share}",
        description="I joined the team this month and need to read and write there. {boss} has agreed. I need it for "
        "{purpose}.",
        choices={
            "share": ("the finance share", "the sales dashboard", "the building plans", "the supplier contracts"),
            "boss": BOSSES,
            "purpose": ("the monthly report", "the tender", "the audit", "my daily work"),
        },
        talk=(
            (AGENT, "Do you need to change files there, or is reading enough?"),
            (REQUESTER, "I need to change them, please."),
            (NOTE, "Owner of the share has confirmed. The group with write access fits."),
            (AGENT, "The request is with the approver now."),
        ),
        hold=("waiting_for_requester", "Waiting for the owner of the data to confirm."),
        returned="Please name the exact folder, and for how long.",
        rejected="Reading is enough for this task; please ask again for read access.",
        done="Checked with the owner of the data.",
    ),
    Request(
        **ACCESS,
        subject="VPN account for {reason}",
        description="I need to reach the intranet from outside from {weekday} on. My laptop is a company device and "
        "has the current updates.",
        choices={
            "reason": ("home office", "the spring fair", "on-call duty", "a customer visit"),
            "weekday": ("Monday", "Thursday", "next week"),
        },
        talk=(
            (AGENT, "Your laptop is registered. You will need the authenticator app on your phone as well."),
            (REQUESTER, "The app is installed."),
            (AGENT, "After the approval you get the set-up instructions by mail."),
        ),
        hold=("waiting_for_date", "Needed from next week on only."),
        returned="Until when is the access needed?",
        rejected="On-call duty has its own account; please use that one.",
        done="Device and second factor checked.",
    ),
    Request(
        **ACCESS,
        subject="Door badge for {place}",
        description="I work there {often} and have to ring for somebody to open every time. {boss} knows about it.",
        choices={
            "place": ("building B", "the server room", "the archive", "the laboratory"),
            "often": ("twice a week", "every day until the end of the project", "on Mondays"),
            "boss": BOSSES,
        },
        priorities={"low": 4, "medium": 5},
        talk=(
            (NOTE, "Safety briefing for this building was in spring; still valid."),
            (AGENT, "Your briefing is on record. I pass this on for approval."),
        ),
        hold=("waiting_for_requester", "The safety briefing has to be done first."),
        returned="Which doors exactly? The building has three zones.",
        rejected="No entry without the safety briefing. Please register for the next one.",
        done="Briefing checked; zone noted.",
    ),
    Request(
        **ACCESS,
        subject="Mailbox “{mailbox}” for {name}",
        description="We share the answers to customers and need everybody in the team to see them. There are "
        "{count} of us.",
        choices={
            "mailbox": ("orders", "returns", "events", "careers"),
            "name": ("our team", "three colleagues", "the new trainees"),
            "count": ("four", "five", "seven"),
        },
        priorities={"low": 3, "medium": 6},
        talk=(
            (AGENT, "Who should be able to send from this address, and who only reads?"),
            (REQUESTER, "Everybody sends. The list of names is in the attachment of my first mail."),
            (AGENT, "Thank you, complete. It goes to approval."),
        ),
        hold=("waiting_for_requester", "Waiting for the list of names."),
        returned="The list of names is missing.",
        rejected="The address exists already; ask the service desk to be added to it.",
        done="List of members complete.",
        until_answer=True,
    ),
    Request(
        **SOFTWARE,
        subject="Please install {program}",
        description="I need it for {purpose}. A licence is {licence}. My computer is the one on my desk; a restart "
        "is possible at any time.",
        choices={
            "program": ("the diagram editor", "the PDF suite", "the statistics package", "the CAD viewer"),
            "purpose": ("the quarterly report", "the tender documents", "the customer survey"),
            "licence": ("still to be bought", "available in our team"),
        },
        talk=(
            (AGENT, "There is one licence left in the pool. I ask your department to agree."),
            (NOTE, "Version 4 is the approved one; version 5 is not released yet."),
            (AGENT, "It is installed. Please restart your computer once, and tell me whether it starts."),
            (REQUESTER, "It starts. Thank you!"),
        ),
        hold=("waiting_for_supplier", "The licence is ordered."),
        returned="Which computer is meant? The name is on its label.",
        rejected="The department uses the program that is installed already.",
        done="Installed and started once with the requester.",
    ),
    Request(
        **SOFTWARE,
        subject="Newer version of {program} on {count} computers",
        description="The supplier sends files that our version can't open. The computers are in {room}.",
        choices={
            "program": ("the project planner", "the label designer", "the image editor"),
            "count": ("two", "four", "five"),
            "room": ROOMS,
        },
        priorities={"low": 4, "medium": 5, "high": 1},
        talk=(
            (AGENT, "Is a morning before nine suitable? The update takes half an hour on each computer."),
            (REQUESTER, "Before nine is fine on any day but Monday."),
            (AGENT, "All of them are updated. Old files open as before."),
        ),
        hold=("waiting_for_date", "Agreed for a morning next week."),
        returned="Please list the names of the computers.",
        rejected="The supplier can save in the older format; we have asked them to.",
        done="Update rolled out to all of them.",
    ),
    Request(
        **SOFTWARE,
        subject="Browser add-on for {purpose}",
        description="Colleagues at our sister company use it, and it would save us a lot of typing. It is called "
        "“{name}”.",
        choices={
            "purpose": ("customs forms", "time sheets", "the shipping portal"),
            "name": ("FormFill Helper", "QuickStamp", "Table Copy"),
        },
        priorities={"low": 6, "medium": 3},
        talk=(
            (NOTE, "It wants to read all pages. Asked security for their opinion."),
            (AGENT, "We are checking what the add-on may read, as it would see all pages you open."),
            (AGENT, "Security agrees for the one site you named. It is switched on for you."),
        ),
        hold=("other", "Security is checking the add-on."),
        returned="For which sites do you need it?",
        rejected="It sends the pages to a server abroad; we can't allow that.",
        done="Allowed for the named site only.",
    ),
)
