"""What people and machines say whatever the call is about: greeting, identifying, holding, transferring, closing.

A move is one thing a speaker does in a conversation; each has several phrasings with the slots of `spoken.fill`.
"""

from __future__ import annotations

MACHINE: dict[str, tuple[str, ...]] = {
    "ivr_welcome": (
        "Thank you for calling {company}. This call may be recorded for quality and training purposes.",
        "Welcome to {company}. Please listen carefully, as our menu options have changed.",
        "Hello, and thank you for calling {company}. Your call may be monitored or recorded.",
        "Thank you for calling {company}. If this is an emergency, please hang up and dial nine one one.",
        "Welcome to {company}, where your time matters to us.",
    ),
    "ivr_menu": (
        "For {department}, press one. For {department2}, press two. For all other questions, press zero.",
        "Press one for {department}, or press two for {department2}.",
        "For {department2}, press one. For {department}, press two. To hear these options again, press nine.",
        "To reach {department}, press three. To reach {department2}, press four.",
        "Please tell us why you are calling, or press one for {department}.",
    ),
    "ivr_route": (
        "Thank you. Please hold while I transfer you to {department}.",
        "One moment please. We are connecting you to {department}.",
        "Okay. I will connect you with someone in {department}.",
        "Please hold for the next available agent.",
    ),
    "ivr_closed": (
        "Our offices are now closed. Please leave a message and we will call you back.",
        "All of our agents are busy. You can leave a message for {department} now.",
    ),
    "ivr_survey": (
        "Please stay on the line for a short survey.",
        "On a scale from one to five, how satisfied were you with this call? Press a key now.",
    ),
    "queue_wait": (
        "All of our agents are busy at the moment. Please stay on the line.",
        "Your call is important to us. Please continue to hold.",
        "You are number {n} in the queue. The expected wait is {n} minutes.",
        "Thank you for waiting. An agent will be with you shortly.",
        "Did you know that you can see your balance online, any time of the day?",
        "We are sorry for the delay. Your call will be answered in the order it was received.",
    ),
    "voicemail_prompt": (
        "Please leave your name, your phone number and a short message after the tone.",
        "You have reached the voicemail of {department}. Please leave a message after the beep.",
        "Record your message after the tone. When you are finished, you may hang up.",
    ),
}

AGENT: dict[str, tuple[str, ...]] = {
    "greet": (
        "Good morning, thank you for calling {company}. My name is {agent_first}, how can I help you today?",
        "Thank you for calling {company}, this is {agent_first}. How may I help you?",
        "Good afternoon, you are speaking with {agent_first}. What can I do for you today?",
        "Hello, this is {agent_first} in {department}. How can I help?",
        "Thanks for waiting, my name is {agent_first}. What is the reason for your call?",
        "Hi, thank you for calling {company}. You are speaking with {agent_first}.",
    ),
    "help": (
        "I would be happy to help you with that.",
        "Sure, I can help you with that.",
        "Okay, let me take a look at that for you.",
        "Absolutely, I will take care of that right away.",
        "All right, let's get that sorted out.",
        "Of course. Let me pull up your account.",
    ),
    "must_verify": (
        "Before we start, I need to verify a few details.",
        "For security, I have to ask you a few questions first.",
        "I just need to make sure I am speaking with the right person.",
        "Let me verify your account first.",
    ),
    "thanks_name": (
        "Thank you, {first}.",
        "Thank you very much, {first}. One moment please.",
        "Perfect, thank you. I have your account here.",
        "Great, {first}, I have found you in the system.",
        "Thanks, {first}, you are all verified.",
    ),
    "lookup": (
        "Okay, one moment please while I look that up.",
        "Bear with me, the system is a little slow today.",
        "Let me see what I can find here.",
        "Give me just a second to open that page.",
        "I am checking that for you now.",
    ),
    "ack": ("Okay.", "Got it.", "Mm-hmm.", "Thank you.", "Right.", "Uh-huh, go ahead.", "All right.", "Perfect."),
    "empathy": (
        "I am so sorry about that. Let me see what I can do.",
        "I understand how frustrating that can be.",
        "I am sorry to hear that. I would be upset too.",
        "I do apologize for the trouble this has caused you.",
        "I hear you, and I want to make this right.",
    ),
    "calm_angry": (
        "I understand you are upset, and I am going to do my best to fix this.",
        "Please let me explain what happened.",
        "I am not able to change that myself, but I can get somebody who can.",
        "I apologize. Nobody should have to call us that many times.",
    ),
    "hold_ask": (
        "Do you mind if I put you on a brief hold?",
        "May I place you on hold for a minute or two while I check with my team?",
        "Can I put you on hold while I speak to {department2}?",
        "I am going to put you on hold for just a moment, okay?",
    ),
    "hold_back": (
        "Thank you for holding, {first}.",
        "Thanks so much for your patience. I have an answer for you.",
        "Hi, I am back. Sorry about the wait.",
        "Are you still there? Thank you for waiting.",
    ),
    "transfer_blind": (
        "That is handled by {department2}. I am going to transfer you now, please stay on the line.",
        "You need to speak with someone in {department2}. Let me transfer your call.",
        "I will send you over to {department2}, they can take care of this. Goodbye.",
        "Let me get you to the right place. One moment while I transfer you to {department2}.",
    ),
    "transfer_warm": (
        "I have {agent_first2} from {department2} on the line, and I have explained everything.",
        "Thank you for holding. I am connecting you with {agent_first2} in {department2} now.",
        "{agent_first2} from {department2} is going to take it from here. Thank you for your patience.",
        "I spoke with {agent_first2}, who knows all about your case. I will put you through.",
    ),
    "consult_back": (
        "Thank you for holding. I spoke with {agent_first2} in {department2}, and we can do that for you.",
        "So I checked with {agent_first2}, and the answer is yes.",
        "I talked to a colleague in {department2}. There is nothing more you need to do.",
    ),
    "greet_second": (
        "Hi {first}, this is {agent_first2} in {department2}. I understand you have a question about {issue}.",
        "Hello, my name is {agent_first2}. I have your account open here.",
        "Good morning, this is {agent_first2} from {department2}. I can help you from here.",
        "Hello {first}, you are speaking with {agent_first2}. Let me see if I have this right.",
        "Hi, thanks for holding. This is {agent_first2}, how can I help you?",
    ),
    "anything_else": (
        "Is there anything else I can help you with today?",
        "Did I answer all of your questions today?",
        "Do you have any other questions for me?",
        "Was there anything else on your mind?",
    ),
    "close": (
        "Thank you for calling {company}. Have a great day.",
        "Thanks for your call, {first}. Take care.",
        "You are welcome. Have a wonderful rest of your day.",
        "Thank you for being a customer for {n} years. Goodbye.",
        "It was my pleasure. Goodbye now.",
    ),
    "follow_up": (
        "I will send you a confirmation by email within {n} business days.",
        "You will get a letter in the mail in {n} to ten days.",
        "We will call you back by {weekday}.",
        "I have made a note on your account, so you will not have to explain it again.",
        "Your case number is {case}.",
        "Please write down this case number, it is {case}.",
    ),
    "agent_repeat": (
        "Sorry, can you repeat that?",
        "I am sorry, the line is not very good. Could you say that again?",
        "I did not catch that, one more time please.",
    ),
    "cannot_hear": (
        "Hello? Is anybody there?",
        "I am sorry, but I cannot hear you. If you can hear me, please call back.",
        "Hello, thank you for calling {company}, this is {agent_first}. Can you hear me?",
        "It seems that we have a bad connection. I am going to end the call now. Goodbye.",
    ),
    "pause_recording": (
        "I am going to pause the recording now while you give me the card number.",
        "For your security, the recording will stop while I take the payment.",
    ),
    "resume_recording": (
        "Thank you. The recording is back on, and the payment of {amount} went through.",
        "Okay, we are recording again. Your payment has been accepted.",
    ),
}

CUSTOMER: dict[str, tuple[str, ...]] = {
    "hello": ("Hi {agent_first}.", "Hello.", "Hi, good morning.", "Yes, hi.", "Hey, how are you?", "Good afternoon."),
    "consent": ("Sure.", "Of course.", "Okay, go ahead.", "Yes, that is fine.", "No problem.", "Sure, what do you need?"),
    "backchannel": ("Mm-hmm.", "Okay.", "Yeah.", "Right.", "Uh-huh.", "I see.", "Sure.", "Yes."),
    "yes": ("Yes.", "Yes, that is right.", "Yeah, that is correct.", "That is the one.", "Correct.", "Yep, exactly."),
    "thanks": (
        "That would be great, thank you so much.",
        "Oh, that is wonderful. Thank you.",
        "Okay, I appreciate your help.",
        "Great, that is all I wanted to know.",
        "You have been very helpful, {agent_first}.",
        "Thank you, that was a lot easier than I expected.",
    ),
    "thanks_flat": ("Okay. Thank you.", "All right, I guess that works.", "Fine, thanks.", "Okay, I will wait then."),
    "no_more": (
        "No, that is all for today.",
        "No, that is everything. Thank you.",
        "I think that is it, thanks.",
        "No, I am good.",
    ),
    "bye": ("Thanks, bye.", "You too, goodbye.", "Bye-bye.", "Have a good one, bye.", "Thank you, goodbye."),
    "frustrated": (
        "I am really frustrated, this is the third time I have called about {issue}.",
        "I have been waiting for {n} weeks and nobody called me back.",
        "Honestly, I have explained this to {n} different people already.",
        "I was on hold for forty minutes before somebody picked up.",
        "Every time I call I get a different answer.",
        "That is not what I was told last time.",
    ),
    "angry": (
        "This is unacceptable. I want to speak to a supervisor.",
        "No, no, listen to me. I am not paying for your mistake.",
        "This is the worst service I have ever had.",
        "I am going to cancel everything if this is not fixed today.",
        "Don't tell me to calm down, just fix it.",
        "You people keep saying that, and nothing happens.",
    ),
    "escalate": (
        "I want to talk to your manager right now.",
        "Can you please get me a supervisor?",
        "I would like to make a formal complaint.",
    ),
    "hold_ok": ("Okay, sure.", "Sure, I can wait.", "Yes, but please don't be too long.", "Fine, go ahead."),
    "hold_mutter": (
        "Oh, come on, not this music again.",
        "Honey, I am still on hold with {company}.",
        "I hope this does not take too long.",
        "They put me on hold again.",
    ),
    "queue_mutter": (
        "This is taking forever.",
        "I don't have time for this.",
        "No, I am still waiting. They said {n} minutes.",
        "You know what, I will call back later.",
        "Forget it.",
    ),
    "hold_return": ("Yes, I am here.", "That's okay.", "No problem.", "Finally. So, what did they say?"),
    "transfer_ok": (
        "Okay, thank you.",
        "Not again. Okay, fine.",
        "All right, but please tell them what this is about.",
        "Okay, I will hold.",
    ),
    "to_second": (
        "Yes, hi. I was just talking to {agent_first} about {issue}.",
        "Hi. Do I have to explain it all again?",
        "Hello {agent_first2}. I hope that you can help me.",
        "Yes, that is right. {agent_first} said you could take care of it.",
    ),
    "hesitate": (
        "Um, let me think.",
        "Uh, hold on, let me find it.",
        "Wait a second, I have it here somewhere.",
        "Let me get my glasses.",
        "Um, okay, here it is.",
    ),
    "small_talk": (
        "My {relation} usually takes care of these things.",
        "I am at work, so I only have a few minutes.",
        "I just moved here in {month}.",
        "The weather has been terrible here all week.",
    ),
    "customer_repeat": ("Sorry, what was that?", "Can you say that again, please?", "I am sorry, you are breaking up."),
    "voicemail_message": (
        "Hi, this is {name}. I am calling about {issue}. Please call me back at {phone}. Thank you.",
        "Hello, my name is {name}, and my account number is {account}. My number is {phone}.",
        "This is {first} {last}. It is about {issue}. You can reach me at {phone} until {weekday}.",
        "Yes, hello. This message is for {department}. My email is {email}, please write to me.",
    ),
    "voicemail_more": (
        "I need an answer before {weekday}, because the payment of {amount} is due.",
        "I have left {n} messages already and nobody called me back.",
        "Again, the number is {phone}. Thanks, bye.",
        "My date of birth is {dob}, in case you need it.",
    ),
}
